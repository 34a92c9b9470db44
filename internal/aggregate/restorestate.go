// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// State returns a State that goes on, as of now, with what was read, and how many
// label sets had no room in it. It must have the same settings (see
// Options.Fingerprint) as the one that was saved, and its clock must begin now.
func (r *Restorer) State(o Options, now int64) (s *State, left int, err error) {
	s = New(o, max(now, r.start))
	for _, number := range r.numbers() {
		saved := r.sets[number]
		s.saving.sets = number
		if saved.own == nil && len(saved.targets) == 0 {
			continue
		}
		ok, fits := s.restoreSet(number, saved, now)
		if !ok {
			return nil, 0, state.ErrDamaged
		}
		if !fits {
			left++
		}
	}
	for slot, highest := range r.raised {
		s.slots.noteTerm(s.slots.incarnations.entries[slot.incarnation], slot.label, slot.number, min(highest, contract.MaxTerm))
	}
	return s, left, nil
}

func (s *State) restoreSet(number uint64, saved *savedLabels, now int64) (ok, fits bool) {
	key := []byte(saved.key)
	if int(saved.schema) >= len(s.layouts) || account(saved.account) > lastOverflow || s.byKey.entries[saved.key] != nil {
		return false, false
	}
	l, from := &s.layouts[saved.schema][protocolOf(key)], account(saved.account)
	if l.empty() || len(l.addressed) == 0 && len(saved.targets) > 0 {
		return false, false
	}
	series := l.whole()
	if from != ordinary {
		series = l.counters()
	}
	if !s.budget.fits(from, series) {
		return true, false
	}
	var by *holder
	if !s.pinned && (from == ordinary || from == namedOverflow) {
		by = s.holder(key)
	}
	set := s.put(key, l, from, by)
	set.saved.number, set.saved.fold = number, s.saving.fold
	for i := range saved.references {
		ref := &saved.references[i]
		s.restoreReference(set.reference(ref.of), ref)
	}
	fits = true
	for addresses, t := range saved.targets {
		if !s.budget.fits(from, s.budget.next(set)) {
			fits = false
			continue
		}
		if !s.restoreTarget(set, addresses, &t, now) {
			return false, false
		}
	}
	if saved.own != nil {
		r := numberReader{Decoder: state.NewDecoder(saved.own)}
		r.life(&set.own, now)
		s.stats.Series += r.counters(set.plain)
		s.stats.Series += r.histograms(set.histograms, l.histograms)
		s.stats.Series += r.gauges(set.gauges)
		if r.End() != nil {
			return false, false
		}
	}
	return true, fits
}

func (s *State) restoreTarget(set *LabelSet, addresses Addresses, saved *savedTarget, now int64) bool {
	s.charge(set, s.budget.next(set))
	if addresses != (Addresses{}) {
		s.stats.Addresses++
	}
	t := set.put(&addresses, len(set.layout.addressed))
	for i := range t.slots {
		s.restoreReference(&t.slots[i], &saved.slots[i])
	}
	r := numberReader{Decoder: state.NewDecoder(saved.numbers)}
	r.life(&t.life, now)
	s.stats.Series += r.counters(t.counters)
	return r.End() == nil
}

func (s *State) restoreReference(r *reference, saved *savedReference) {
	if saved.term == 0 {
		return
	}
	t, slot := &s.slots, saved.slot
	of := t.incarnations.entries[slot.incarnation]
	t.refer(r, of, slot.incarnation, slot.label, contract.PackSlot(slot.number, saved.term))
	t.noteTerm(t.incarnations.entries[slot.incarnation], slot.label, slot.number, saved.highest)
}

// numberReader reads the numbers of one group.
type numberReader struct {
	*state.Decoder
	last int64
}

// life reads the life of a group. Its last value goes out once more: so what is added
// then shows as an increase, however long nobody was there.
func (r *numberReader) life(l *life, now int64) {
	*l = life{acceptedAt: r.Int(), alive: true, unsent: true}
	// The clock begins now. One that was set back makes no series older.
	l.quiet = -max(0, now-max(0, r.Int()))
}

func (r *numberReader) start() int64 {
	switch r.Uint() {
	case startNone:
		return 0
	case startSame:
	case startOwn:
		r.last = r.Int()
	default:
		r.Fail()
	}
	if r.last == 0 {
		r.Fail()
	}
	return r.last
}

// amount reads a number that is not negative.
func (r *numberReader) amount() int64 {
	n := r.Int()
	if n < 0 {
		r.Fail()
	}
	return n
}

func (r *numberReader) counters(counters []counter) (series int) {
	for i := range counters {
		if counters[i].start = r.start(); counters[i].start != 0 {
			counters[i].value = r.amount()
			series++
		}
	}
	return series
}

func (r *numberReader) histograms(histograms []histogram, specs []histogramSpec) (series int) {
	for i := range histograms {
		start := r.start()
		if start == 0 || r.Failed() {
			continue
		}
		h := &histograms[i]
		h.begin(&specs[i], start)
		h.sum = r.amount()
		if h.exp == nil {
			r.buckets(h)
		} else {
			r.exponential(h, specs[i].expSize)
		}
		series += specs[i].series()
	}
	return series
}

func (r *numberReader) gauges(gauges []gauge) (series int) {
	for i := range gauges {
		gauges[i] = gauge{begun: r.Bool(), value: r.amount()}
		if gauges[i].begun {
			series++
		}
	}
	return series
}

func (r *numberReader) buckets(h *histogram) {
	for i := range h.buckets {
		n := r.Uint()
		if n > math.MaxUint64-h.count {
			r.Fail()
			return
		}
		h.buckets[i] = n
		h.count += n
	}
}
