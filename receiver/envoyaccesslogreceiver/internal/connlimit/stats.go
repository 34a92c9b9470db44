// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// statsHandler is told by gRPC what becomes of a stream.
type statsHandler struct {
	l       *Limiter
	maxRecv int64
}

func (h *statsHandler) TagConn(ctx context.Context, info *stats.ConnTagInfo) context.Context {
	h.l.mu.Lock()
	c := h.l.remotes[info.RemoteAddr]
	h.l.mu.Unlock()
	if c == nil {
		return ctx
	}
	return context.WithValue(ctx, connKey{}, c)
}

func (h *statsHandler) HandleConn(context.Context, stats.ConnStats) {}

func (h *statsHandler) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

func (h *statsHandler) HandleRPC(ctx context.Context, event stats.RPCStats) {
	switch event := event.(type) {
	case *stats.InHeader:
		if s := streamOf(ctx); s != nil {
			h.begin(s, event.Compression)
		}
	case *stats.InPayload:
		if s := streamOf(ctx); s != nil {
			h.payload(s, event)
		}
	case *stats.End:
		if s := streamOf(ctx); s != nil {
			s.close()
			if s.compressed != nil {
				s.compressed.Release()
			}
		}
	}
}

// begin runs in the stream's own goroutine, before its message is read.
func (h *statsHandler) begin(s *stream, compression string) {
	if compression != "" && compression != "identity" {
		if s.unary {
			h.acquire(s)
		} else {
			// Nobody could say how much memory its next message needs before gRPC has
			// unpacked it. Envoy never compresses these streams.
			s.refused = status.Error(codes.Unimplemented, "compressed streams are not supported")
			h.l.options.Report(Event{ReasonCompressedStream, RefusedStream, s.c.client.name})
		}
	}
	s.c.mu.Lock()
	s.begun, s.started = true, time.Now()
	s.c.mu.Unlock()
}

// acquire gives a compressed request what it may unpack to.
func (h *statsHandler) acquire(s *stream) {
	hold, err := h.l.options.Admission.Acquire(s, s.c.client.name, h.maxRecv, func() { go s.end(ReasonInFlightMemory) })
	if err != nil {
		s.end(ReasonInFlightMemory)
		return
	}
	s.compressed = hold
}

// payload runs when a message is unpacked and decoded.
func (h *statsHandler) payload(s *stream, event *stats.InPayload) {
	if s.compressed != nil {
		s.compressed.Set(0, int64(event.Length))
	}
	s.c.mu.Lock()
	if !s.dropped && (s.compressed != nil || !s.unary) {
		s.handOver(int64(event.WireLength))
		s.c.sync()
	}
	s.c.mu.Unlock()
	h.l.messageTaken(s)
}
