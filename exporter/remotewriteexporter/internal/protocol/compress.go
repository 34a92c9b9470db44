// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/s2"
)

// maxUncompressed bounds what a body may be uncompressed, in bytes: a damaged
// one must not take all memory.
const maxUncompressed = 256 << 20

// maxRatio is how many times snappy makes bytes smaller at most: three bytes
// stand for 64.
const maxRatio = 22

var errTooLarge = errors.New("the request is larger than any that is written here")

// pieceBytes is how much is compressed at a time. It fits a processor's cache,
// where it was just written; a larger piece finds little more to leave out.
const pieceBytes = 128 << 10

// compressor writes snappy, piece by piece: what stands for each piece follows
// the length of all. Of the two libraries at hand s2 is a third faster and makes
// less.
type compressor struct {
	// piece is what is not compressed yet. Who writes it calls flush when it is
	// long enough.
	piece []byte
	// compressed stands for all that came before piece, of so many bytes.
	compressed []byte
	before     int

	buffer []byte
}

// len returns how many bytes were written.
func (c *compressor) len() int { return c.before + len(c.piece) }

// flush compresses the piece if it is long enough.
func (c *compressor) flush() {
	if len(c.piece) >= pieceBytes {
		c.compress()
	}
}

func (c *compressor) compress() {
	if len(c.piece) == 0 {
		return
	}
	if n := s2.MaxEncodedLen(len(c.piece)); cap(c.buffer) < n {
		c.buffer = make([]byte, n)
	}
	encoded := s2.EncodeSnappy(c.buffer[:cap(c.buffer)], c.piece)
	_, length := binary.Uvarint(encoded)
	c.compressed = append(c.compressed, encoded[length:]...)
	c.before += len(c.piece)
	c.piece = c.piece[:0]
}

// body returns all of first and then all of c, compressed, and empties c and
// first, which may be nil.
func (c *compressor) body(first *compressor) []byte {
	c.compress()
	size, length := c.before, len(c.compressed)
	if first != nil {
		first.compress()
		size, length = size+first.before, length+len(first.compressed)
	}
	body := make([]byte, 0, binary.MaxVarintLen64+length)
	body = binary.AppendUvarint(body, uint64(size))
	if first != nil {
		body = append(body, first.compressed...)
		first.reset()
	}
	body = append(body, c.compressed...)
	c.reset()
	return body
}

// maxKept bounds the memory that is kept for the next request, in bytes.
const maxKept = 4 << 20

func (c *compressor) reset() {
	c.compressed, c.before = c.compressed[:0], 0
	if cap(c.piece)+cap(c.compressed)+cap(c.buffer) > maxKept {
		*c = compressor{}
	}
}

func compress(raw []byte) []byte {
	return bytes.Clone(s2.EncodeSnappy(nil, raw))
}

func uncompress(body []byte) ([]byte, error) {
	n, err := s2.DecodedLen(body)
	if err != nil {
		return nil, err
	}
	if n > maxUncompressed || n > maxRatio*len(body)+64 {
		return nil, errTooLarge
	}
	return s2.Decode(nil, body)
}
