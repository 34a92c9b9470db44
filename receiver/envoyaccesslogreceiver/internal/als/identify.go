// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// identify keeps what the first identifier says of the proxy.
func (s *stream) identify(ctx context.Context, message []byte, now time.Time) {
	if s.identified {
		return
	}
	raw := identifierOf(message)
	if raw == nil {
		if !s.begun {
			s.problem(missing)
		}
		s.begun = true
		return
	}
	s.begun, s.identified = true, true
	id := s.decodeIdentifier(ctx, raw)
	if id == nil {
		return
	}
	if entry.WriteIdentifier(s.empty.ResourceLogs().At(0).Resource().Attributes(), id) {
		s.problem(tooLong)
	}
	s.nodeID = entry.NodeID(id.GetNode())
	if s.verifies() && !sender.Resource(s.certificate, s.empty.ResourceLogs().At(0).Resource().Attributes()) {
		s.barred = senderMismatch
	}
	switch {
	case s.barred != accepted:
	case s.nodeID == "":
		s.problem(noNodeID)
	case s.h.options.Keep == KeepAuto:
		s.paired = s.h.pairing.Join(string(s.client), s.connection, s.nodeID, now)
		s.noRoom = s.paired == nil
	}
}

// decodeIdentifier gives nil if an identifier cannot be read.
func (s *stream) decodeIdentifier(ctx context.Context, raw []byte) *accesslogservicev3.StreamAccessLogsMessage_Identifier {
	if len(raw) > maxIdentifierBytes {
		s.problem(tooLargeIdentifier)
		return nil
	}
	size, err := identifierType.Measure(raw, identifierLimits)
	if err != nil {
		s.problem(malformedIdentifier)
		return nil
	}
	if c := s.h.options.Admission; c != nil {
		hold, err := c.Acquire(ctx, s.client, size.Memory, nil)
		if err != nil {
			s.problem(noMemoryIdentifier)
			return nil
		}
		defer hold.Release()
	}
	if size.InvalidUTF8 {
		s.problem(invalidUTF8)
		raw = repaired(identifierType, raw, identifierLimits)
	}
	id := new(accesslogservicev3.StreamAccessLogsMessage_Identifier)
	if unmarshal.Unmarshal(raw, id) != nil {
		s.problem(malformedIdentifier)
		return nil
	}
	return id
}
