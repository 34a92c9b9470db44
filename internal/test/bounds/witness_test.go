// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// witness sees all that one connector is sent, and tells how many values of a label
// may show beyond its limit.
type witness struct {
	mu sync.Mutex
	// highest is the highest term of each slot.
	highest map[place]uint64
	// spoke is when each incarnation spoke last.
	spoke map[string]pcommon.Timestamp
	// outdated has, for each label, when a value was seen that had lost its slot, or
	// lost it.
	outdated map[string]map[holder]pcommon.Timestamp
	// changes is how many slots changed hands.
	changes, late int
}

// place is a slot, and holder a value in it.
type place struct {
	incarnation, label string
	slot               uint32
}

type holder struct {
	place
	term uint64
}

func newWitness() *witness {
	w := &witness{spoke: map[string]pcommon.Timestamp{}}
	w.forget()
	return w
}

// forget makes it know as little as a connector that was started anew.
func (w *witness) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.highest, w.outdated = map[place]uint64{}, map[string]map[holder]pcommon.Timestamp{}
}

func (w *witness) see(ld plog.Logs) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := pcommon.NewTimestampFromTime(time.Now())
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			run, ok := sl.Scope().Attributes().Get(contract.AttrIncarnation)
			if !ok {
				continue
			}
			w.spoke[run.Str()] = now
			w.seeSlots(run.Str(), sl.Scope().Attributes(), now)
			for _, lr := range sl.LogRecords().All() {
				w.seeSlots(run.Str(), lr.Attributes(), now)
			}
		}
	}
}

func (w *witness) seeSlots(incarnation string, m pcommon.Map, now pcommon.Timestamp) {
	for name, v := range m.All() {
		label, ok := strings.CutPrefix(name, contract.SlotPrefix)
		if !ok {
			continue
		}
		label = contract.LimitOfSlot(label)
		slot, term, _ := contract.UnpackSlot(v.Int())
		p := place{incarnation, label, slot}
		if w.outdated[label] == nil {
			w.outdated[label] = map[holder]pcommon.Timestamp{}
		}
		switch highest := w.highest[p]; {
		case highest > term:
			w.late++
			w.outdated[label][holder{p, term}] = now
		case highest > 0 && highest < term:
			w.changes++
			w.outdated[label][holder{p, highest}] = now
			fallthrough
		default:
			w.highest[p] = term
		}
	}
}

// allowed is the most values of a label that may show in a flush: as many as there
// are slots, for each incarnation that is not long silent, and those that lost them
// since the second last flush that was accepted.
func (w *witness) allowed(label string, limit int, since pcommon.Timestamp) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	speaking, last := 0, pcommon.Timestamp(0)
	for _, at := range w.spoke {
		last = max(last, at)
	}
	for _, at := range w.spoke {
		if last-at < silence || at >= since {
			speaking++
		}
	}
	allowed := max(1, speaking) * limit
	for _, at := range w.outdated[label] {
		if at >= since {
			allowed++
		}
	}
	return allowed
}

// silence is after what time an incarnation ends if another one speaks. Flushes find
// it out.
const silence = pcommon.Timestamp(5*time.Minute + 30*time.Second)
