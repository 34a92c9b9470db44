// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"net"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/grpc/peer"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
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
	// client is whose stream it is, and connection the address and port that it
	// comes from.
	client     admission.Client
	connection string
	// nodeID is that of the identifier, empty if it has none.
	nodeID string
	// empty holds the resource and the scope of the stream's records.
	empty plog.Logs
	// paired is nil for a stream whose entries are not paired.
	paired *pairing.Stream[held]
	// noRoom is true if that is for lack of memory.
	noRoom bool
	// certificate is the client's, and barred why its entries are refused, accepted
	// if they are not. Both are used only if senders are checked.
	certificate sender.Certificate
	barred      outcome
	// begun is set by the first message, identified by the first that has an
	// identifier: with Envoy that is the same.
	begun, identified bool
}

func (h *Handler) newStream(ctx context.Context) *stream {
	var remote net.Addr
	if p, ok := peer.FromContext(ctx); ok {
		remote = p.Addr
	}
	s := &stream{h: h, ctx: context.WithoutCancel(ctx), client: admission.ClientOf(remote), empty: plog.NewLogs()}
	if remote != nil {
		s.connection = remote.String()
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
		if hold, err := c.Acquire(ctx, s.client, 0, revoke); err == nil {
			hold.Grow(int64(len(raw)))
			defer hold.Release()
		}
	}
	s.identify(ctx, raw, now)
	b := batch{s: s, ctx: ctx, now: now, chunk: chunks.Get().(*chunk)}
	if eachEntry(raw, b.add) != nil {
		b.counts.malformed++
	}
	b.finish()
	if s.barred == accepted {
		s.h.options.Heard.Heard(s.nodeID, string(s.client), now)
	}
}
