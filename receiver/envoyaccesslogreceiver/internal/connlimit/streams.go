// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fewStreams are as many as a proxy of a few threads opens by itself.
const fewStreams = 16

// openStream counts a new stream, in place of another one if all are in use.
func (l *Limiter) openStream(ctx context.Context, c *conn, unary bool) (*stream, error) {
	l.mu.Lock()
	if c.gone {
		l.mu.Unlock()
		return nil, status.Error(codes.Unavailable, "connection is closing")
	}
	var loser *stream
	if l.streams >= l.options.MaxStreams {
		if loser = l.streamFor(c.client); loser == nil {
			l.mu.Unlock()
			l.options.Report(Event{ReasonMaxStreams, RefusedStream, c.client.name})
			return nil, status.Error(codes.ResourceExhausted, "too many streams")
		}
		l.removeStream(loser)
	}
	s := &stream{c: c, unary: unary}
	s.Context, s.cancel = context.WithCancel(ctx)
	s.ofClient.item, s.ofConn.item = s, s
	c.client.newStreams.pushBack(&s.ofClient)
	c.open.pushBack(&s.ofConn)
	l.streams++
	c.touch()
	l.rank(c.client)
	l.mu.Unlock()

	if loser != nil {
		loser.end(ReasonMaxStreams)
	}
	c.mu.Lock()
	s.started = time.Now()
	s.id = c.meter.opened
	if c.meter.streams == nil {
		c.meter.streams = map[uint32]*stream{}
	}
	c.meter.streams[s.id] = s
	if c.meter.final {
		s.finish()
	}
	c.mu.Unlock()
	return s, nil
}

// streamFor picks the stream that gives way to a newcomer of a client: one of
// whoever has most. The newcomer's own client may be that. If nobody has many, it is
// nil.
func (l *Limiter) streamFor(p *client) *stream {
	most := l.byStreams.First()
	if p.streams() == most.streams() {
		most = p
	}
	if most != p && most.streams() <= p.streams()+1 || most.streams() < fewStreams {
		return nil
	}
	return most.losingStream()
}

// removeStream stops counting a stream. It may be called more than once.
func (l *Limiter) removeStream(s *stream) {
	if s.gone {
		return
	}
	s.gone = true
	s.ofClient.remove()
	s.ofConn.remove()
	l.streams--
	s.c.touch()
	l.rank(s.c.client)
}

// messageTaken notes that a stream's message was handed over.
func (l *Limiter) messageTaken(s *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !s.gone {
		s.c.client.open.pushBack(&s.ofClient)
		s.c.spoke = true
		s.c.touch()
	}
}

// end ends a stream, because a limit was reached. gRPC answers that it was
// canceled.
func (s *stream) end(why Reason) {
	s.close()
	s.c.l.options.Report(Event{why, EndedStream, s.c.client.name})
}

// close stops counting a stream, and ends it if it has not ended yet.
func (s *stream) close() {
	s.cancel()
	s.c.l.mu.Lock()
	s.c.l.removeStream(s)
	s.c.l.mu.Unlock()
	s.c.mu.Lock()
	s.drop()
	s.c.sync()
	s.c.mu.Unlock()
}
