// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// stream is one gRPC request, or one stream of messages. It is also the context
// that gRPC reads under, so that ending it ends a read.
type stream struct {
	context.Context
	cancel context.CancelFunc
	c      *conn
	unary  bool
	id     uint32

	// These belong to Limiter.mu.
	ofClient, ofConn node[*stream]
	gone             bool

	// compressed is what a compressed message may unpack to. It belongs to the
	// stream's own goroutine.
	compressed *admission.Hold
	refused    error

	// These belong to conn.mu.
	started time.Time // when it was opened, or when its message began
	begun   bool      // gRPC has started its goroutine
	partial bool      // a message is incomplete
	prefix  [prefixLen]byte
	have    int   // bytes of prefix that were read
	left    int64 // bytes of the message that are to come
	size    int64 // bytes of complete messages that were not handed over
	// current is what the incomplete message holds, complete what the others do.
	current, complete int64
	arrived           bool // a request and its end are complete
	dropped           bool // nothing is counted any more
}

type streamKey struct{}

// Value finds the stream in its own context.
func (s *stream) Value(key any) any {
	if key == (streamKey{}) {
		return s
	}
	return s.Context.Value(key)
}

func streamOf(ctx context.Context) *stream {
	s, _ := ctx.Value(streamKey{}).(*stream)
	return s
}

// grow counts n more bytes for the message that is arriving.
func (s *stream) grow(n int64) {
	s.current += n
	s.c.unfinished += n
}

// read follows gRPC's framing through a part of the stream's data.
func (s *stream) read(p []byte) {
	for len(p) > 0 {
		if !s.partial {
			s.partial = true
			if !s.unary {
				s.started = time.Now()
			}
		}
		if s.have < prefixLen {
			n := copy(s.prefix[s.have:], p)
			p = p[n:]
			if s.have += n; s.have == prefixLen {
				s.left = int64(binary.BigEndian.Uint32(s.prefix[1:]))
			}
		} else {
			n := min(s.left, int64(len(p)))
			p = p[n:]
			s.left -= n
		}
		if s.have == prefixLen && s.left == 0 {
			s.messageComplete()
		}
	}
}

// messageComplete is called when the last byte of a message was read. A request
// is not complete before its end: gRPC does not hand it over.
func (s *stream) messageComplete() {
	s.size += prefixLen + int64(binary.BigEndian.Uint32(s.prefix[1:]))
	s.have, s.partial = 0, false
	if !s.unary {
		s.settle()
	}
}

// finish is called when the client has said that nothing more comes.
func (s *stream) finish() {
	s.arrived = true
	s.settle()
}

func (s *stream) settle() {
	s.c.unfinished -= s.current
	s.c.finished += s.current
	s.complete += s.current
	s.current = 0
}

// handOver gives back what a message of n bytes on the wire held.
func (s *stream) handOver(n int64) {
	part := s.complete
	if n < s.size {
		part = int64(float64(s.complete) * float64(n) / float64(s.size))
	}
	s.size = max(0, s.size-n)
	s.complete -= part
	s.c.finished -= part
}

// drop gives back everything, and counts nothing more.
func (s *stream) drop() {
	if s.dropped {
		return
	}
	s.dropped = true
	s.c.unfinished -= s.current
	s.c.finished -= s.complete
	s.current, s.complete = 0, 0
	if s.c.meter.streams[s.id] == s {
		delete(s.c.meter.streams, s.id)
	}
	if s.c.meter.stream == s {
		s.c.meter.stream = nil
	}
}

// overdue tells whether its message should have arrived by now.
func (s *stream) overdue(now time.Time, timeout time.Duration) bool {
	waits := s.partial || !s.begun
	if s.unary {
		waits = !s.arrived || !s.begun
	}
	return waits && now.Sub(s.started) > timeout
}
