// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"strconv"

	"golang.org/x/net/http2"
)

// Stream is one request, under way or answered.
type Stream struct {
	conn *HTTP2
	id   uint32

	// Guarded by conn.mu.
	window int64
	answer Answer
	done   bool
}

// Answer is what the server said of a request.
type Answer struct {
	// HTTP is the status, 0 if there was none.
	HTTP int
	// GRPC is the grpc-status, empty if there was none.
	GRPC, Message string
	// Reset is the code of a stream that the server reset.
	Reset string
}

// Write sends bytes as the windows open.
func (s *Stream) Write(b []byte) error {
	for len(b) > 0 {
		n, err := s.reserve(len(b))
		if err != nil {
			return err
		}
		if err := s.data(b[:n], false); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// End says that the request is complete.
func (s *Stream) End() error { return s.data(nil, true) }

func (s *Stream) data(b []byte, end bool) error {
	s.conn.writing.Lock()
	defer s.conn.writing.Unlock()
	return s.conn.framer.WriteData(s.id, end, b)
}

// reserve takes up to n bytes off both windows, and waits until there are some.
func (s *Stream) reserve(n int) (int, error) {
	h := s.conn
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case s.done:
			return 0, errAnswered
		case h.err != nil:
			return 0, h.err
		}
		if n := min(int64(n), frameSize, s.window, h.window); n > 0 {
			s.window -= n
			h.window -= n
			return int(n), nil
		}
		h.changed.Wait()
	}
}

// Answer waits for the end of the answer, or of the connection.
func (s *Stream) Answer() (Answer, error) {
	h := s.conn
	h.mu.Lock()
	defer h.mu.Unlock()
	for !s.done && h.err == nil {
		h.changed.Wait()
	}
	if !s.done {
		return s.answer, h.err
	}
	return s.answer, nil
}

func (s *Stream) header(f *http2.MetaHeadersFrame) {
	for _, field := range f.Fields {
		switch field.Name {
		case ":status":
			s.answer.HTTP, _ = strconv.Atoi(field.Value)
		case "grpc-status":
			s.answer.GRPC = field.Value
		case "grpc-message":
			s.answer.Message = field.Value
		}
	}
	if f.StreamEnded() {
		s.finish()
	}
}

// finish is called with the connection's mutex held.
func (s *Stream) finish() {
	s.done = true
	delete(s.conn.streams, s.id)
}
