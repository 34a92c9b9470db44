// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"bytes"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// repeats writes the parts of a series. Those that the series before has, too, become
// copies of it. A search for them would cost more than all else.
type repeats struct {
	request *snappyWriter
	// last is the series before, now the one that is being written.
	last, now *place
	// names and extras are labels that many series share.
	names, extras shared
}

// place is where the parts of a series are in the request.
type place struct {
	set *series.Set
	// Labels of the set stand in pieces, between which others are. A piece is
	// where its first byte is, both in the request and in the set's labels.
	pieces [3]piece
	count  int
	// bytes of the set's labels that stand in pieces.
	length int

	headAt, restAt int
	headBytes      [maxHead]byte
	headLength     int
	restBytes      []byte
}

type piece struct{ at, from int }

const (
	// maxHead is the size of the head of a series, in bytes, at most.
	maxHead = 11
	// maxLike bounds the bytes that are compared with those of the series before.
	maxLike = 128
)

func newRepeats(request *snappyWriter) repeats {
	return repeats{request: request, last: &place{}, now: &place{}}
}

// reset forgets what stands in a request that is done.
func (r *repeats) reset() {
	r.last.set, r.now.set = nil, nil
	r.names.reset()
	r.extras.reset()
}

// begin begins a series.
func (r *repeats) begin(set *series.Set) {
	r.last, r.now = r.now, r.last
	r.now.set, r.now.count, r.now.length = set, 0, 0
}

// head writes how long the series is.
func (r *repeats) head(b []byte) {
	r.now.headAt = r.request.len()
	r.now.headLength = copy(r.now.headBytes[:], b)
	if r.last.set != nil && bytes.Equal(b, r.last.headBytes[:r.last.headLength]) {
		r.request.again(r.last.headAt, b)
		return
	}
	r.request.put(b)
}

// name writes the name.
func (r *repeats) name(l *series.Label) { r.names.write(r.request, l) }

// extra writes le or quantile.
func (r *repeats) extra(l *series.Label) { r.extras.write(r.request, l) }

// labels writes the next of the set's labels.
func (r *repeats) labels(b []byte) {
	from := r.now.length
	r.now.pieces[r.now.count] = piece{r.request.len(), from}
	r.now.count++
	r.now.length += len(b)
	switch r.last.set {
	case nil:
		r.request.put(b)
	case r.now.set:
		for len(b) > 0 {
			at, n := r.last.find(from, len(b))
			r.request.again(at, b[:n])
			from, b = from+n, b[n:]
		}
	default:
		r.otherLabels(b)
	}
}

// find returns where the bytes of the set's labels are that begin so far in, and
// how many of them stand there together, up to most.
func (p *place) find(from, most int) (at, n int) {
	i := p.count - 1
	for p.pieces[i].from > from {
		i--
	}
	end := p.length
	if i+1 < p.count {
		end = p.pieces[i+1].from
	}
	return p.pieces[i].at + from - p.pieces[i].from, min(most, end-from)
}

// otherLabels writes labels of another set than that of the series before. Both
// are sorted by name, and as a rule differ in few values.
func (r *repeats) otherLabels(b []byte) {
	others := r.last.set.Sorted()
	from := 0
	for len(b) > 0 {
		var label, name []byte
		label, name, b = series.CutLabel(b)
		for from < len(others) {
			other, otherName, _ := series.CutLabel(others[from:])
			order := bytes.Compare(otherName, name)
			if order > 0 {
				break
			}
			if order == 0 {
				r.likeLabel(from, other, label)
				label = nil
			}
			from += len(other)
			if order == 0 {
				break
			}
		}
		r.request.put(label)
	}
}

// likeLabel writes a label of the name of another, which is at from among the
// labels of the series before.
func (r *repeats) likeLabel(from int, other, label []byte) {
	at, _ := r.last.find(from, len(other))
	if bytes.Equal(other, label) {
		r.request.again(at, label)
		return
	}
	// The size stands first, and differs where the values are not as long.
	const tagAndSize = 2
	r.request.put(label[:tagAndSize])
	r.request.like(at+tagAndSize, other[tagAndSize:], label[tagAndSize:])
}

// rest writes what a series has beside labels.
func (r *repeats) rest(b []byte) {
	r.now.restAt = r.request.len()
	if r.last.set != nil && len(b) <= maxLike && len(r.last.restBytes) <= maxLike {
		r.request.like(r.last.restAt, r.last.restBytes, b)
	} else {
		r.request.put(b)
	}
	r.now.restBytes = append(r.now.restBytes[:0], b...)
}
