// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// HTTP2 is a connection whose streams may be left in any state. It heeds flow
// control, since a server ends connections that do not, and no other limit.
type HTTP2 struct {
	conn net.Conn
	stop func() bool

	// writing guards the framer's writing half and the header encoder.
	writing sync.Mutex
	framer  *http2.Framer
	headers bytes.Buffer
	encoder *hpack.Encoder
	nextID  uint32

	mu      sync.Mutex
	changed *sync.Cond
	window  int64
	initial int64
	streams map[uint32]*Stream
	err     error // why the connection ended
}

// frameSize is the largest frame that every server takes.
const frameSize = 16 << 10

// defaultWindow is that of RFC 9113, 6.9.2.
const defaultWindow = 65535

// DialHTTP2 connects without TLS. The end of the context closes the connection.
func DialHTTP2(ctx context.Context, source, endpoint string) (*HTTP2, error) {
	conn, err := Dialer(source).DialContext(ctx, "tcp", endpoint)
	if err != nil {
		return nil, err
	}
	h := &HTTP2{conn: conn, framer: http2.NewFramer(conn, conn), nextID: 1, window: defaultWindow, initial: defaultWindow, streams: map[uint32]*Stream{}}
	h.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	h.encoder = hpack.NewEncoder(&h.headers)
	h.changed = sync.NewCond(&h.mu)
	if _, err = conn.Write([]byte(http2.ClientPreface)); err == nil {
		err = h.framer.WriteSettings()
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	h.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	go h.read()
	return h, nil
}

// Close closes the connection as it is.
func (h *HTTP2) Close() error {
	h.stop()
	return h.conn.Close()
}

// Err is why the connection ended, nil while it has not.
func (h *HTTP2) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// Open begins a POST with more header fields, written name, value.
func (h *HTTP2) Open(path string, fields ...string) (*Stream, error) {
	h.writing.Lock()
	defer h.writing.Unlock()
	h.headers.Reset()
	all := append([]string{":method", "POST", ":scheme", "http", ":path", path, ":authority", "gateway"}, fields...)
	for i := 0; i < len(all); i += 2 {
		if err := h.encoder.WriteField(hpack.HeaderField{Name: all[i], Value: all[i+1]}); err != nil {
			return nil, err
		}
	}
	s := &Stream{conn: h, id: h.nextID}
	h.nextID += 2
	h.mu.Lock()
	s.window = h.initial
	h.streams[s.id] = s
	h.mu.Unlock()
	return s, h.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: h.headers.Bytes(), EndHeaders: true})
}

var errAnswered = errors.New("the server has answered already")

// read takes what the server sends until it or we close the connection.
func (h *HTTP2) read() {
	for {
		frame, err := h.framer.ReadFrame()
		var streamError http2.StreamError
		if err != nil && !errors.As(err, &streamError) {
			h.mu.Lock()
			h.err = fmt.Errorf("connection: %w", err)
			h.changed.Broadcast()
			h.mu.Unlock()
			return
		}
		if err == nil {
			h.take(frame)
		}
	}
}

func (h *HTTP2) take(frame http2.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.changed.Broadcast()
	s := h.streams[frame.Header().StreamID]
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		h.settings(f)
	case *http2.PingFrame:
		if !f.IsAck() {
			data := f.Data
			go h.write(func() error { return h.framer.WritePing(true, data) })
		}
	case *http2.WindowUpdateFrame:
		if f.StreamID == 0 {
			h.window += int64(f.Increment)
		} else if s != nil {
			s.window += int64(f.Increment)
		}
	case *http2.MetaHeadersFrame:
		if s != nil {
			s.header(f)
		}
	case *http2.DataFrame:
		if s != nil && f.StreamEnded() {
			s.finish()
		}
	case *http2.RSTStreamFrame:
		if s != nil {
			s.answer.Reset = f.ErrCode.String()
			s.finish()
		}
	}
}

func (h *HTTP2) settings(f *http2.SettingsFrame) {
	if f.IsAck() {
		return
	}
	if v, ok := f.Value(http2.SettingInitialWindowSize); ok {
		for _, s := range h.streams {
			s.window += int64(v) - h.initial
		}
		h.initial = int64(v)
	}
	go h.write(h.framer.WriteSettingsAck)
}

func (h *HTTP2) write(frame func() error) {
	h.writing.Lock()
	defer h.writing.Unlock()
	_ = frame() // the reader tells of a connection that ended
}
