package als

import (
	"context"
	"hash/maphash"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/twins"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

// stream is what is kept of a stream between its messages.
type stream struct {
	h *Handler
	// ctx is the stream's, without its end: what was received is passed on even
	// if its proxy is gone by then.
	ctx context.Context
	// empty holds the resource and the scope of the stream's records.
	empty plog.Logs
	// node is nil for a stream whose identifier names none.
	node *twins.Node[held]
	// begun is set by the first message, identified by the first that has an
	// identifier: with Envoy that is the same.
	begun, identified bool
}

// held is an entry that waits for its twin.
type held struct {
	from     *stream
	entry    entry.Entry
	observed pcommon.Timestamp
}

func (h *Handler) newStream(ctx context.Context) *stream {
	s := &stream{h: h, ctx: context.WithoutCancel(ctx), empty: plog.NewLogs()}
	scope := s.empty.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().Scope()
	scope.SetName(metadata.ScopeName)
	scope.SetVersion(h.version)
	return s
}

// close lets go of what the stream holds.
func (s *stream) close() {
	if s.node != nil {
		s.h.twins.Leave(s.node, time.Now())
	}
}

// identify keeps what the first identifier says of the proxy.
func (s *stream) identify(id *accesslogservicev3.StreamAccessLogsMessage_Identifier, now time.Time) {
	if id == nil && !s.begun {
		s.h.telemetry.problems[missing].add(s.ctx, 1)
	}
	s.begun = true
	if s.identified || id == nil {
		return
	}
	s.identified = true
	if entry.WriteIdentifier(s.empty.ResourceLogs().At(0).Resource().Attributes(), id) {
		s.h.telemetry.problems[tooLong].add(s.ctx, 1)
	}
	switch node := entry.NodeID(id.GetNode()); {
	case node == "":
		s.h.telemetry.problems[noNodeID].add(s.ctx, 1)
	case s.h.options.Keep == KeepAuto:
		s.node = s.h.twins.Join(node, now)
	}
}

// message passes the entries of one message on.
func (s *stream) message(m *accesslogservicev3.StreamAccessLogsMessage, now time.Time) {
	s.identify(m.GetIdentifier(), now)
	b := batch{stream: s, now: now}
	for _, e := range m.GetHttpLogs().GetLogEntry() {
		b.add(entry.Entry{HTTP: e}, len(m.GetHttpLogs().GetLogEntry()))
	}
	for _, e := range m.GetTcpLogs().GetLogEntry() {
		b.add(entry.Entry{TCP: e}, len(m.GetTcpLogs().GetLogEntry()))
	}
	b.consume()
}

// decide says what to do with an entry.
func (s *stream) decide(e entry.Entry, now time.Time) twins.Decision {
	native := e.Native()
	if s.h.options.Keep == KeepNative && !native {
		return twins.Drop
	}
	if s.node == nil {
		return twins.Pass
	}
	kind, key := twins.Kind(e.Kind()), maphash.Comparable(s.h.seed, e.Event())
	if native {
		return s.node.Native(kind, key, now)
	}
	h := held{from: s, entry: e, observed: pcommon.NewTimestampFromTime(now)}
	return s.node.Foreign(kind, key, now, h, heldBytes)
}

// heldBytes estimates what an entry takes in memory: a message is several times
// as large there as on the wire.
func heldBytes(h held) int64 {
	const perEntry, perByte = 1024, 2
	if h.entry.TCP != nil {
		return perEntry + perByte*int64(proto.Size(h.entry.TCP))
	}
	return perEntry + perByte*int64(proto.Size(h.entry.HTTP))
}
