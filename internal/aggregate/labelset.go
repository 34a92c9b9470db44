// SPDX-License-Identifier: Apache-2.0

package aggregate

// LabelSet holds the series of one set of labels: what does not depend on the
// destination's address itself, and a target for each address. Its labels
// never change and may be read without the State's lock; all else belongs to
// the State.
type LabelSet struct {
	// Labels in the schema's order, others after them by name. None is empty.
	Labels []Label

	key     string
	layout  *layout
	account account
	holder  *holder // nil if nobody holds it
	// slots are those of the values of the labels that have one.
	slots []labelReference
	saved savedSet
	// pins is how many times the set is pinned.
	pins int32
	gone bool

	own        life
	plain      []counter
	histograms []histogram
	gauges     []gauge

	targets chain[target, *target]
	// withoutAddress is the target of records without an address, nil before the first.
	withoutAddress *target
	// Most addresses are an IP alone, which is found faster than all three.
	byIP      index[string, *target]
	byAddress index[Addresses, *target]

	links[LabelSet]
}

func (s *LabelSet) link() *links[LabelSet] { return &s.links }

// target holds the counters of one destination within a label set.
type target struct {
	life
	addresses Addresses
	// slots are those of destination_ip and destination_host.
	slots    [len(AddressSlots{})]reference
	counters []counter
	noted    bool // to be saved

	links[target]
}

func (t *target) link() *links[target] { return &t.links }

// labelReference is the reference of one label's value.
type labelReference struct {
	label string
	reference
}

func newLabelSet(key string, l *layout, histograms bool) *LabelSet {
	s := &LabelSet{
		Labels: decodeLabels(key),
		key:    key,
		layout: l,
		plain:  make([]counter, len(l.plain)),
	}
	if len(l.gauges) > 0 {
		s.gauges = make([]gauge, len(l.gauges))
	}
	if histograms {
		s.histograms = make([]histogram, len(l.histograms))
	}
	return s
}

// find returns the target of an address, nil if there is none.
func (s *LabelSet) find(a *Addresses) *target {
	switch {
	case !a.onlyIP():
		return s.byAddress.entries[*a]
	case a.ip() != "":
		return s.byIP.entries[a.ip()]
	default:
		return s.withoutAddress
	}
}

// put makes a target. It keeps a copy of the address, which may be a part of
// somebody's buffer.
func (s *LabelSet) put(a *Addresses, counters int) *target {
	t := &target{addresses: a.clone(), counters: make([]counter, counters)}
	s.targets.append(t)
	switch {
	case !a.onlyIP():
		s.byAddress.put(t.addresses, t)
	case a.ip() == "":
		s.withoutAddress = t
	default:
		s.byIP.put(t.addresses.ip(), t)
	}
	return t
}

func (s *LabelSet) remove(t *target) {
	s.targets.remove(t)
	switch {
	case !t.addresses.onlyIP():
		s.byAddress.delete(t.addresses)
	case t.addresses.ip() == "":
		s.withoutAddress = nil
	default:
		s.byIP.delete(t.addresses.ip())
	}
}

// ownSeries is the number of series that the set has beside its targets.
func (s *LabelSet) ownSeries() int {
	series := numBegun(s.plain)
	for i := range s.gauges {
		if s.gauges[i].begun {
			series++
		}
	}
	for i := range s.histograms {
		if s.histograms[i].start != 0 {
			series += s.layout.histograms[i].series()
		}
	}
	return series
}

// reference is that of a label's value, new if need be.
func (s *LabelSet) reference(label string) *reference {
	for i := range s.slots {
		if s.slots[i].label == label {
			return &s.slots[i].reference
		}
	}
	s.slots = append(s.slots, labelReference{label: ownName(label)})
	return &s.slots[len(s.slots)-1].reference
}

// empty tells whether all that the label set had has ended.
func (s *LabelSet) empty() bool { return !s.own.alive && s.targets.first == nil }
