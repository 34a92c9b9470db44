package als

import (
	"context"
	"hash/maphash"
	"net"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/grpc/peer"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// stream is what is kept of a stream between its messages.
type stream struct {
	h *Handler
	// ctx is the stream's, without its end: what was received is passed on even
	// if its proxy is gone by then.
	ctx context.Context
	// address is that of the connection, and peer the IP address.
	address string
	peer    admission.Peer
	// node is the proxy's id as it says itself, empty if it says none.
	node string
	// empty holds the resource and the scope of the stream's records.
	empty plog.Logs
	// paired is nil for a stream whose entries are not paired.
	paired *pairing.Stream[held]
	// noRoom is true if that is for lack of memory.
	noRoom bool
	// certificate is the client's, and barred why its entries are refused, accepted
	// if they are not. Both are used only if senders are verified.
	certificate sender.Certificate
	barred      outcome
	// begun is set by the first message, identified by the first that has an
	// identifier: with Envoy that is the same.
	begun, identified bool
}

// held is an entry that waits, as it is on the wire.
type held struct {
	from     *stream
	entry    rawEntry
	observed pcommon.Timestamp
}

func (h *Handler) newStream(ctx context.Context) *stream {
	var remote net.Addr
	if p, ok := peer.FromContext(ctx); ok {
		remote = p.Addr
	}
	s := &stream{h: h, ctx: context.WithoutCancel(ctx), peer: admission.PeerOf(remote), empty: plog.NewLogs()}
	if remote != nil {
		s.address = remote.String()
	}
	if h.options.VerifySender {
		if s.certificate = sender.CertificateOf(ctx); s.certificate.Namespace == "" {
			s.barred = senderUnverified
		}
	}
	scope := s.empty.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().Scope()
	scope.SetName(metadata.ScopeName)
	scope.SetVersion(h.version)
	return s
}

// close lets go of what the stream holds.
func (s *stream) close() {
	if s.paired != nil {
		s.h.pairing.Leave(s.paired, s.bytes(), time.Now())
	}
}

// bytes is what the stream takes while its entries wait.
func (s *stream) bytes() int64 {
	const fixed, perAttribute = 2 << 10, 64
	n := int64(fixed)
	for name, v := range s.empty.ResourceLogs().At(0).Resource().Attributes().All() {
		n += perAttribute + int64(len(name)+len(v.Str()))
	}
	return n
}

// message passes the entries of one message on. Its bytes are not kept.
func (s *stream) message(raw []byte, now time.Time) {
	ctx := s.ctx
	if c := s.h.options.Admission; c != nil {
		// The message itself is in memory already. If others need that, then what
		// is left of it is lost.
		revocable, revoke := context.WithCancel(ctx)
		defer revoke()
		ctx = revocable
		if hold, err := c.Acquire(ctx, s.peer, 0, revoke); err == nil {
			hold.Grow(int64(len(raw)))
			defer hold.Release()
		}
	}
	s.identify(ctx, raw, now)
	b := batch{stream: s, ctx: ctx, now: now, chunk: chunks.Get().(*chunk)}
	if eachEntry(raw, b.add) != nil {
		b.counts.malformed++
	}
	b.finish()
	if s.h.options.Heard != nil && s.node != "" && s.barred == accepted {
		s.h.options.Heard.Heard(s.node, string(s.peer), now)
	}
}

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
	s.node = entry.NodeID(id.GetNode())
	if s.verifies() && !sender.Resource(s.certificate, s.empty.ResourceLogs().At(0).Resource().Attributes()) {
		s.barred = senderMismatch
	}
	switch {
	case s.barred != accepted:
	case s.node == "":
		s.problem(noNodeID)
	case s.h.options.Keep == KeepAuto:
		s.paired = s.h.pairing.Join(string(s.peer), s.address, s.node, now)
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
		hold, err := c.Acquire(ctx, s.peer, size.Memory, nil)
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

// decide says what to do with an entry.
func (s *stream) decide(e entry.Entry, raw rawEntry, now time.Time) pairing.Decision {
	native := e.Native()
	if s.h.options.Keep == KeepNative && !native {
		return pairing.LeaveOut
	}
	switch {
	case s.noRoom && native:
		return pairing.PassForgotten
	case s.noRoom:
		return pairing.PassNoMemory
	case s.paired == nil:
		return pairing.Pass
	}
	kind, key := pairing.Kind(e.Kind()), maphash.Comparable(s.h.seed, e.Event())
	if native {
		return s.paired.Native(kind, key, now)
	}
	return s.paired.Foreign(kind, key, now, heldBytes(len(raw.bytes)), func() held {
		kept := rawEntry{raw.kind, append(make([]byte, 0, len(raw.bytes)), raw.bytes...)}
		return held{from: s, entry: kept, observed: pcommon.NewTimestampFromTime(now)}
	})
}

// heldBytes is what n bytes take in memory, at most: Go rounds them up by an
// eighth, and above 32 KiB to pages.
func heldBytes(n int) int64 {
	const page = 8 << 10
	if n <= 32<<10 {
		return int64(n + n/8 + 16)
	}
	return int64(n+page-1) / page * page
}
