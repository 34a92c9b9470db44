// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// world is a limiter between senders and a connector, and the model beside it.
type world struct {
	*fixture
	t         *testing.T
	model     *model
	nextFlush int64
}

const flushEvery = int64(30 * time.Second)

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	return &world{fixture: newFixture(o), t: t, model: newModel(&o), nextFlush: start + flushEvery}
}

// request is what a record asks for.
type request struct {
	address string
	asker   *Asker
}

func (w *world) send(requests ...request) {
	w.t.Helper()
	for _, r := range requests {
		w.model.answer(w.t, r.address, w.Address(r.address, r.asker, w.now), w.now)
	}
}

// callSize is how many records a call hands down.
const callSize = 64

// stream sends n requests at so many a second.
func (w *world) stream(n, perSecond int, next func(i int) request) {
	w.t.Helper()
	batch := make([]request, 0, callSize)
	for i := range n {
		if batch = append(batch, next(i)); len(batch) == callSize || i == n-1 {
			w.send(batch...)
			w.pass(time.Duration(len(batch)) * time.Second / time.Duration(perSecond))
			batch = batch[:0]
		}
	}
}

// pass lets time pass, with a flush at every interval. What is shown at its worst,
// before series end, is no more than there are slots and what changed hands since
// the flush before the last one.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for end := w.now + int64(d); ; w.nextFlush += flushEvery {
		if w.now = min(end, w.nextFlush); w.now < w.nextFlush {
			return
		}
		changed := w.model.changes(w.now - 2*flushEvery)
		require.LessOrEqual(w.t, w.model.series.bounded(), w.options.Limit+changed)
		w.model.series.flush()
	}
}

// verify compares the limiter with the model.
func (w *world) verify() {
	w.t.Helper()
	w.check(w.t)
	w.model.check(w.t, w.stats(), w.Distinct())
	require.Equal(w.t, w.model.series.counted, w.model.series.total())
}

// finish ends the stream: once nothing comes all slots are free, and a new value
// shows at once.
func (w *world) finish() {
	w.t.Helper()
	w.verify()
	w.pass(w.options.IdleTimeout + 2*w.options.IdleTimeout/granules)
	w.verify()
	require.Zero(w.t, w.stats().Live)
	w.pass(2 * time.Duration(flushEvery))
	require.LessOrEqual(w.t, w.model.series.bounded(), w.options.Limit, "no more than the slots remember")
	for range w.options.Limit {
		w.stats() // forgets what changed, too
	}
	for _, p := range w.populations {
		require.Empty(w.t, p.holders)
	}
	if w.values().size > 0 {
		require.Equal(w.t, "203.0.113.77", w.ask("203.0.113.77", blackHole))
	}
}

// own tells how many of the addresses have a slot of their own.
func (w *world) own(addresses []string) (n int) {
	for i := range w.values().slots {
		if s := &w.values().slots[i]; s.live {
			for _, a := range addresses {
				if a == s.text {
					n++
				}
			}
		}
	}
	return n
}
