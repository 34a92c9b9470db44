// SPDX-License-Identifier: Apache-2.0

package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/state"

// SavedVersion is the version of what AppendUnsaved writes. It changes when the same
// bytes would mean something else, or can not be read any more.
const SavedVersion = "1"

// appendEnded writes groups that ended, and tells whether there are more.
func (s *State) appendEnded(e *state.Encoder) (more bool) {
	v := &s.saving
	n := min(len(v.ended), maxEndedPerCall)
	for i := range v.ended[:n] {
		end := &v.ended[i]
		e.Byte(kindEnded)
		e.Uint(end.set)
		e.Bool(end.addressed)
		if end.addressed {
			appendAddresses(e, &end.addresses)
		}
	}
	if n == len(v.ended) {
		v.ended = nil
		return false
	}
	v.ended = v.ended[n:]
	return true
}

// appendSet writes a label set with those of its groups that changed, as many as may
// be, and tells how many there were.
func (s *State) appendSet(e *state.Encoder, set *LabelSet, most int) (groups int) {
	if !set.saved.changed() {
		return 0
	}
	set.saved.labels = false
	s.appendLabels(e, set)
	e.Bool(set.saved.own)
	if set.saved.own {
		set.saved.own = false
		groups++
		s.appendGroup(e, &set.own, set.plain, set.histograms, set.gauges)
	}
	for groups < most && len(set.saved.targets) > 0 {
		last := len(set.saved.targets) - 1
		t := set.saved.targets[last]
		set.saved.targets[last] = nil
		set.saved.targets = set.saved.targets[:last]
		if !t.noted {
			continue // it ended
		}
		t.noted = false
		groups++
		e.Byte(1) // one more target
		appendAddresses(e, &t.addresses)
		for i := range t.slots {
			appendReference(e, &t.slots[i])
		}
		s.appendGroup(e, &t.life, t.counters, nil, nil)
	}
	e.Byte(0)
	if len(set.saved.targets) == 0 {
		set.saved.targets = nil
	}
	return groups
}

// appendLabels writes what a label set is called, what it is if that was not written
// in this fold, and the slots of its labels.
func (s *State) appendLabels(e *state.Encoder, set *LabelSet) {
	v := &s.saving
	known := set.saved.number != 0 && set.saved.fold == v.fold
	if set.saved.number == 0 {
		v.sets++
		set.saved.number = v.sets
	}
	e.Byte(kindSet)
	e.Uint(set.saved.number)
	e.Bool(!known)
	if !known {
		e.String(set.key)
		e.Byte(set.layout.schema)
		e.Byte(byte(set.account))
		set.saved.fold = v.fold
	}
	e.Uint(uint64(len(set.slots)))
	for i := range set.slots {
		e.Word(set.slots[i].label)
		appendReference(e, &set.slots[i].reference)
	}
}

func (s *State) appendSlot(e *state.Encoder, slot *slot) {
	slot.noted = false
	e.Byte(kindSlot)
	appendSlotKey(e, slot)
	e.Uint(slot.highest)
}

// appendReference writes a reference, which may be to nothing.
func appendReference(e *state.Encoder, r *reference) {
	e.Bool(r.slot != nil)
	if r.slot != nil {
		appendSlotKey(e, r.slot)
		e.Uint(r.term)
		e.Uint(r.slot.highest)
	}
}

func appendSlotKey(e *state.Encoder, slot *slot) {
	e.Word(slot.key.of.name)
	e.Word(slot.key.label)
	e.Uint(uint64(slot.key.number))
}

func appendAddresses(e *state.Encoder, a *Addresses) {
	for i := range a {
		e.String(a[i])
	}
}

// appendGroup writes the numbers of a group. They stand as a whole, so that who reads
// can pass over them.
func (s *State) appendGroup(e *state.Encoder, l *life, counters []counter, histograms []histogram, gauges []gauge) {
	n := &s.saving.numbers
	n.Reset()
	acceptedAt := l.acceptedAt
	if l.zeroUnderWay {
		// The exporter may have the zero when the process ends without a word. A zero
		// that comes twice is refused, and others with it.
		acceptedAt = s.collected
	}
	n.Int(acceptedAt)
	n.Int(s.lastChange(l))
	w := numberWriter{Encoder: n}
	for i := range counters {
		if c := &counters[i]; w.start(c.start) {
			n.Int(c.value)
		}
	}
	for i := range histograms {
		if h := &histograms[i]; w.start(h.start) {
			w.histogram(h)
		}
	}
	for i := range gauges {
		n.Bool(gauges[i].begun)
		n.Int(gauges[i].value)
	}
	e.Blob(n.Bytes())
}

// lastChange is the time of the collection that last found a change, in nanoseconds
// since the Unix epoch.
func (s *State) lastChange(l *life) int64 {
	if l.changed {
		return s.start
	}
	return s.start - (s.clock - l.quiet)
}

// numberWriter writes the numbers of one group.
type numberWriter struct {
	*state.Encoder
	last int64
}

// start writes a start time, which most series of a group share, and tells whether
// there is a series.
func (w *numberWriter) start(start int64) bool {
	switch start {
	case 0:
		w.Uint(startNone)
		return false
	case w.last:
		w.Uint(startSame)
	default:
		w.Uint(startOwn)
		w.Int(start)
		w.last = start
	}
	return true
}

const (
	startNone = iota
	startSame
	startOwn
)

func (w *numberWriter) histogram(h *histogram) {
	w.Int(h.sum)
	if h.exp == nil {
		for _, n := range h.buckets {
			w.Uint(n)
		}
		return
	}
	b := h.exp.Positive()
	w.Uint(h.exp.ZeroCount())
	w.Int(int64(h.exp.Scale()))
	w.Int(int64(b.Offset()))
	w.Uint(uint64(b.Len()))
	for i := range b.Len() {
		w.Uint(b.At(i))
	}
}
