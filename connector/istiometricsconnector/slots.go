package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"sync"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// maxWatches bounds the processors whose slots are watched. A configuration has
// one, or a few.
const maxWatches = 64

// slotWatches are a connector's part in the slots of all processors that call
// it. It is safe for concurrent use; resting and ended are the flusher's alone.
type slotWatches struct {
	mu      sync.RWMutex
	stopped bool
	watched map[contract.Slots]contract.SlotWatch

	lists []restingList
}

// restingList is what one watch waits for.
type restingList struct {
	watch   contract.SlotWatch
	resting []contract.Resting
}

// meet watches the slots that a request came with, if they are new. A processor
// hands the same pointer down each time.
func (w *slotWatches) meet(ctx context.Context) {
	slots := contract.SlotsOf(ctx)
	if slots == nil || w.knows(slots) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped || w.watched[slots] != nil || len(w.watched) == maxWatches {
		return
	}
	if w.watched == nil {
		w.watched = make(map[contract.Slots]contract.SlotWatch)
	}
	w.watched[slots] = slots.Watch()
}

func (w *slotWatches) knows(slots contract.Slots) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.watched[slots] != nil
}

// resting lists the values that no record carries any more and that wait for us.
func (w *slotWatches) resting() (lost []aggregate.Label) {
	w.list()
	for i := range w.lists {
		l := &w.lists[i]
		l.resting = l.watch.Resting(l.resting[:0])
		for _, r := range l.resting {
			lost = append(lost, labelOf(r))
		}
	}
	return lost
}

// list adds watches that are new since the last time.
func (w *slotWatches) list() {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if len(w.lists) == len(w.watched) {
		return
	}
	w.lists = w.lists[:0]
	for _, watch := range w.watched {
		w.lists = append(w.lists, restingList{watch: watch})
	}
}

// ended tells the processors which of the values that rested are gone.
func (w *slotWatches) ended(left func(aggregate.Label) bool) {
	for i := range w.lists {
		l := &w.lists[i]
		gone := l.resting[:0]
		for _, r := range l.resting {
			if !left(labelOf(r)) {
				gone = append(gone, r)
			}
		}
		if len(gone) > 0 {
			l.watch.Ended(gone)
		}
		clear(l.resting)
		l.resting = l.resting[:0]
	}
}

// labelOf is a value as it stands in our series. That of a peer is made of several
// such values.
func labelOf(r contract.Resting) aggregate.Label {
	if r.Label == contract.ClaimedPeer {
		return aggregate.Label{Name: r.Label, Value: r.Value}
	}
	return aggregate.Label{Name: r.Label, Value: contract.CleanValue(r.Value)}
}

// stop makes slots wait for us no longer.
func (w *slotWatches) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	for _, watch := range w.watched {
		watch.Stop()
	}
	w.watched = nil
}
