// SPDX-License-Identifier: Apache-2.0

package connlimit

import "encoding/binary"

// The parts of HTTP/2 (RFC 9113) and of gRPC's framing that a meter reads.
const (
	prefaceLen     = 24
	frameHeaderLen = 9
	frameData      = 0
	frameHeaders   = 1
	frameReset     = 3
	flagEndStream  = 0x1
	flagPadded     = 0x8
	prefixLen      = 5
)

// meter reads the frames of a connection in passing. It belongs to conn.mu.
type meter struct {
	preface int // bytes of the client's preface that were read
	header  [frameHeaderLen]byte
	have    int // bytes of header that were read
	left    int // bytes of the frame's payload that are to come

	// Of the DATA frame that is being read:
	stream *stream // nil if nobody reads it
	padded bool    // its first byte, the length of the padding, is to come
	data   int     // bytes of data that are to come; the rest is padding
	ended  bool    // it is the stream's last

	// opened is the stream of the last HEADERS frame. gRPC asks for no more bytes
	// before it has opened that stream, so its tap handle is called for this one.
	opened  uint32
	final   bool // that frame was the stream's last
	streams map[uint32]*stream
}

// read takes the bytes that gRPC is about to read.
func (m *meter) read(p []byte) {
	if m.preface < prefaceLen {
		n := min(prefaceLen-m.preface, len(p))
		m.preface += n
		p = p[n:]
	}
	for len(p) > 0 {
		if m.have < frameHeaderLen {
			n := copy(m.header[m.have:], p)
			p = p[n:]
			if m.have += n; m.have == frameHeaderLen {
				m.begin()
			}
		} else {
			n := min(m.left, len(p))
			m.payload(p[:n])
			m.left -= n
			p = p[n:]
		}
		if m.have == frameHeaderLen && m.left == 0 {
			m.end()
			m.have = 0
		}
	}
}

// begin starts a frame whose header is complete.
func (m *meter) begin() {
	m.left = int(m.header[0])<<16 | int(m.header[1])<<8 | int(m.header[2])
	kind, flags := m.header[3], m.header[4]
	id := binary.BigEndian.Uint32(m.header[5:]) &^ (1 << 31)
	m.stream, m.data, m.ended, m.padded = nil, 0, false, false
	switch kind {
	case frameHeaders:
		m.opened, m.final = id, flags&flagEndStream != 0
		if s := m.streams[id]; s != nil && m.final {
			s.finish()
		}
	case frameReset:
		delete(m.streams, id)
	case frameData:
		if m.stream = m.streams[id]; m.stream != nil {
			m.padded, m.data, m.ended = flags&flagPadded != 0, m.left, flags&flagEndStream != 0
			m.stream.grow(frameCost(m.left))
		}
	}
}

// payload takes a part of a frame's payload.
func (m *meter) payload(p []byte) {
	if m.stream == nil {
		return
	}
	if m.padded {
		m.padded = false
		m.data = max(0, m.data-1-int(p[0]))
		p = p[1:]
	}
	p = p[:min(len(p), m.data)]
	m.data -= len(p)
	m.stream.read(p)
}

func (m *meter) end() {
	if m.stream != nil && m.ended {
		m.stream.finish()
	}
}

// frameCost is what gRPC keeps for a DATA frame of n bytes: a buffer of the next
// size of its pool (mem.DefaultBufferPool), and what refers to that buffer. A
// message of tiny frames takes a multiple of its bytes.
func frameCost(n int) int64 {
	const frame = 128
	for _, size := range []int{1 << 12, 1 << 14} {
		if n >= 1<<10 && n <= size {
			return int64(size) + frame
		}
	}
	return int64(n) + frame
}
