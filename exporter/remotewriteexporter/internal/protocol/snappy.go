// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/s2"
)

// snappyWriter writes snappy one element at a time. Its caller says which bytes were
// written before, so that nothing has to search for them.
//
// Source: https://github.com/google/snappy/blob/main/format_description.txt.
type snappyWriter struct {
	// elements are those that are complete. After them comes either literal or the
	// copy, which may still grow.
	elements []byte
	literal  []byte
	// length of a copy from so many bytes before, 0 if there is none.
	length, distance int
	// written counts bytes before compression.
	written int

	buffer []byte
}

// The lowest bits of an element say what it is. Those of a literal are 0.
const (
	tagCopy1 = 1
	tagCopy2 = 2
)

const (
	// maxDistance is how far back a copy of three bytes reaches.
	maxDistance = 1<<16 - 1
	// minCopy is how long a copy is at least: a shorter one saves nothing.
	minCopy = 4
	// maxCopy is what one copy is long at most, and copyBytes what it takes.
	maxCopy   = 64
	copyBytes = 3
	// minSearched is how long a literal is at least that is searched for repeats.
	minSearched = 256
	// pieceBytes is how long a literal gets before it is compressed. It fits a
	// processor's cache, where it was just written; a larger piece finds little
	// more to leave out.
	pieceBytes = 128 << 10
	// maxKept bounds the memory that is kept for the next request, in bytes.
	maxKept = 4 << 20
)

// len returns how many bytes were written. It is where the next ones begin.
func (w *snappyWriter) len() int { return w.written }

// put writes bytes.
func (w *snappyWriter) put(b []byte) {
	if len(b) == 0 {
		return
	}
	w.endCopy()
	w.literal = append(w.literal, b...)
	w.written += len(b)
	if len(w.literal) >= pieceBytes {
		w.endLiteral()
	}
}

// again writes bytes that were written before, at that place.
func (w *snappyWriter) again(at int, b []byte) {
	distance := w.written - at
	switch {
	case w.length > 0 && distance == w.distance:
		w.length += len(b)
		w.written += len(b)
	case len(b) < minCopy || distance > maxDistance:
		w.put(b)
	default:
		w.endCopy()
		w.endLiteral()
		w.distance, w.length = distance, len(b)
		w.written += len(b)
	}
}

// like writes bytes of which some may be those that were written at a place:
// what both begin and end with.
func (w *snappyWriter) like(at int, before, b []byte) {
	begin := equalBegin(before, b)
	end := equalEnd(before[begin:], b[begin:])
	w.again(at, b[:begin])
	w.put(b[begin : len(b)-end])
	w.again(at+len(before)-end, b[len(b)-end:])
}

// equalBegin returns how many bytes are equal from the first on.
func equalBegin(a, b []byte) (n int) {
	most := min(len(a), len(b))
	for n+8 <= most {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// equalEnd returns how many bytes are equal from the last on.
func equalEnd(a, b []byte) (n int) {
	most := min(len(a), len(b))
	for n+8 <= most {
		x := binary.LittleEndian.Uint64(a[len(a)-n-8:]) ^ binary.LittleEndian.Uint64(b[len(b)-n-8:])
		if x != 0 {
			return n + bits.LeadingZeros64(x)/8
		}
		n += 8
	}
	for n < most && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

func (w *snappyWriter) endCopy() {
	if w.length == 0 {
		return
	}
	length, low, high := w.length, byte(w.distance), byte(w.distance>>8)
	dst := slices.Grow(w.elements, copyBytes*(length/maxCopy+2))
	for length >= maxCopy+minCopy {
		dst = append(dst, (maxCopy-1)<<2|tagCopy2, low, high)
		length -= maxCopy
	}
	if length > maxCopy {
		dst = append(dst, (maxCopy-minCopy-1)<<2|tagCopy2, low, high)
		length -= maxCopy - minCopy
	}
	w.elements = appendCopy(dst, w.distance, length)
	w.length = 0
}

// appendCopy adds a copy of at most maxCopy bytes. A short one takes two bytes.
func appendCopy(dst []byte, distance, length int) []byte {
	if length >= 4 && length <= 11 && distance < 1<<11 {
		return append(dst, byte(distance>>8<<5|(length-4)<<2|tagCopy1), byte(distance))
	}
	return append(dst, byte((length-1)<<2|tagCopy2), byte(distance), byte(distance>>8))
}

func (w *snappyWriter) endLiteral() {
	switch {
	case len(w.literal) == 0:
		return
	case len(w.literal) >= minSearched:
		// Copies go by distances, so that what stands for some bytes may stand
		// anywhere.
		if n := s2.MaxEncodedLen(len(w.literal)); cap(w.buffer) < n {
			w.buffer = make([]byte, n)
		}
		encoded := s2.EncodeSnappy(w.buffer[:cap(w.buffer)], w.literal)
		_, length := binary.Uvarint(encoded)
		w.elements = append(w.elements, encoded[length:]...)
	default:
		w.elements = append(appendLiteralTag(w.elements, len(w.literal)), w.literal...)
	}
	w.literal = w.literal[:0]
}

// appendLiteralTag begins a literal of less than minSearched bytes.
func appendLiteralTag(dst []byte, length int) []byte {
	if length <= 60 {
		return append(dst, byte((length-1)<<2))
	}
	return append(dst, 60<<2, byte(length-1))
}

// bodyOf returns all that was written to some writers, that of one after that of
// another, compressed. The writers begin anew.
func bodyOf(writers ...*snappyWriter) []byte {
	written, length := 0, 0
	for _, w := range writers {
		w.endCopy()
		w.endLiteral()
		written, length = written+w.written, length+len(w.elements)
	}
	body := make([]byte, 0, binary.MaxVarintLen64+length)
	body = binary.AppendUvarint(body, uint64(written))
	for _, w := range writers {
		body = append(body, w.elements...)
		w.reset()
	}
	return body
}

func (w *snappyWriter) reset() {
	w.elements, w.written = w.elements[:0], 0
	if cap(w.elements)+cap(w.literal)+cap(w.buffer) > maxKept {
		*w = snappyWriter{}
	}
}
