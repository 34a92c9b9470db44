// SPDX-License-Identifier: Apache-2.0

package pairing

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// waitingBytes is what an entry that waits costs besides what is kept of it: the
// struct, its place in the queue and in the index. A test measures it.
const waitingBytes = 224

// waiting is a foreign entry that waits for its native entry.
type waiting[T any] struct {
	entry  T
	size   int64
	key    uint64
	kind   Kind
	done   bool
	until  time.Time
	share  *share
	behind *waiting[T] // the next with the same key
}

// line is what waits with one key, by arrival.
type line[T any] struct{ first, last *waiting[T] }

// queue holds what waits, by arrival; byKey finds it.
type queue[T any] struct {
	all   []*waiting[T]
	byKey map[uint64]line[T]
	// most is how long the queue was since its memory was last given back.
	most int
	// count is how many entries wait in the whole set.
	count *atomic.Int64
}

func (q *queue[T]) push(w *waiting[T]) {
	q.all = append(q.all, w)
	q.most = max(q.most, len(q.all))
	if w.done {
		return
	}
	if q.byKey == nil {
		q.byKey = map[uint64]line[T]{}
	}
	l := q.byKey[w.key]
	if l.first == nil {
		l.first = w
	} else {
		l.last.behind = w
	}
	l.last = w
	q.byKey[w.key] = l
}

// take takes out what has waited longest with this key, false if nothing waits.
// Its place in the queue stays, and is paid for, until its time is over.
func (q *queue[T]) take(key uint64, kind Kind) bool {
	w := q.byKey[key].first
	if w == nil || w.kind != kind {
		return false
	}
	q.unlink(w)
	w.share.free(w.size)
	*w = waiting[T]{until: w.until, share: w.share, done: true}
	return true
}

// unlink removes the first of its key from the index.
func (q *queue[T]) unlink(w *waiting[T]) {
	l := q.byKey[w.key]
	if l.first = w.behind; l.first == nil {
		delete(q.byKey, w.key)
	} else {
		q.byKey[w.key] = l
	}
	q.count.Add(-1)
}

// next takes out the first in the queue if its time is over, nil if not. The
// caller has to free what it costs.
func (q *queue[T]) next(now time.Time) *waiting[T] {
	if len(q.all) == 0 || now.Before(q.all[0].until) {
		return nil
	}
	w := q.all[0]
	q.all[0] = nil
	if q.all = q.all[1:]; len(q.all) == 0 {
		q.all = nil
	}
	if !w.done {
		q.unlink(w)
	}
	return w
}

// shrink gives memory back after many entries waited: neither a map nor what is
// behind a slice shrinks by itself.
func (q *queue[T]) shrink() {
	if q.most <= 64 || len(q.all) > q.most/4 {
		return
	}
	q.all, q.most = slices.Clone(q.all), len(q.all)
	byKey := q.byKey
	q.byKey = make(map[uint64]line[T], len(byKey))
	maps.Copy(q.byKey, byKey)
}
