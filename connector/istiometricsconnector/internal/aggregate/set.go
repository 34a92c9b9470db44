package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Set holds the series of one set of labels: what does not depend on the
// destination's address itself, and a Target for each address. Its labels
// never change and may be read without the State's lock; all else belongs to
// the State.
type Set struct {
	// Labels in the schema's order, others after them by name. None is empty.
	Labels []Label

	protocol   contract.Protocol
	plain      []counter
	histograms []histogram
	// targets in order of appearance; byAddress finds those with an address.
	targets   []*target
	byAddress map[string]*target
	// nowhere is the target of records without an address, nil before the first.
	nowhere *target
}

// target holds the counters of one destination address within a Set.
type target struct {
	address  string
	counters []counter
}

func newSet(key string, layouts *[2]layout) *Set {
	p := protocolOf(key)
	l := &layouts[p]
	return &Set{
		Labels:     decodeLabels(key),
		protocol:   p,
		plain:      make([]counter, len(l.plain)),
		histograms: make([]histogram, len(l.histograms)),
	}
}

// target finds or makes the target for an address. It copies the address if
// it keeps it, and tells whether it had to be changed to be kept.
func (s *Set) target(l *layout, address string) (t *target, changed bool) {
	if address == "" {
		if s.nowhere == nil {
			s.nowhere = s.addTarget(l, "")
		}
		return s.nowhere, false
	}
	if len(address) <= MaxValueLen { // hashing one of megabytes is work for nothing
		if t, ok := s.byAddress[address]; ok {
			return t, false
		}
	}
	clean := contract.CleanValue(address)
	changed = clean != address
	if t, ok := s.byAddress[clean]; ok {
		return t, changed
	}
	if s.byAddress == nil {
		s.byAddress = make(map[string]*target)
	}
	clean = string([]byte(clean)) // not a part of somebody's buffer
	t = s.addTarget(l, clean)
	s.byAddress[clean] = t
	return t, changed
}

func (s *Set) addTarget(l *layout, address string) *target {
	t := &target{address: address, counters: make([]counter, len(l.addressed))}
	s.targets = append(s.targets, t)
	return t
}
