package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

const (
	// freeFactor is how many times the free series one owner may hold: one alone
	// gets nine tenths of them, and the more there are the less each. Source of the
	// rule: Choudhury, Hahne: Dynamic Queue Length Thresholds for Shared-Memory
	// Packet Switches (1998).
	freeFactor = 9
	// fairFrom is from how many series on something is left for newcomers: below
	// that it would be less than a set of labels.
	fairFrom = 1000
)

// owner is a workload whose own proxy reports: what it does makes series, and
// labels of the other side may be anything. Series are products of labels, so
// without this one workload could have them all, and the first contact of
// another would not show.
type owner struct {
	name    string
	charged int
}

// owner returns who owns the set of a key, new to the state if need be.
func (s *State) owner(key []byte) *owner {
	s.ownerKey = appendOwner(s.ownerKey[:0], key)
	if o, ok := s.owners.entries[string(s.ownerKey)]; ok {
		return o
	}
	return &owner{name: string(s.ownerKey)}
}

// appendOwner writes namespace and workload of the reporter's own side.
func appendOwner(dst, key []byte) []byte {
	workload, namespace := contract.SourceWorkload, contract.SourceWorkloadNamespace
	for p := range parts(key) {
		if p.is(contract.Reporter) && string(p.value) != contract.ReporterSource {
			workload, namespace = contract.DestinationWorkload, contract.DestinationWorkloadNamespace
		}
		if p.is(workload) || p.is(namespace) {
			dst = appendString(append(dst, p.column), p.value)
		}
	}
	return dst
}

// chargeOwner charges a set's owner; less than 0 gives back.
func (s *State) chargeOwner(set *Set, series int) {
	if set.owner == nil || series == 0 {
		return
	}
	if known, ok := s.owners.entries[set.owner.name]; ok {
		set.owner = known
	} else {
		s.owners.put(set.owner.name, set.owner)
	}
	if set.owner.charged += series; set.owner.charged == 0 {
		s.owners.delete(set.owner.name)
	}
}

// leaves tells whether an owner that takes more leaves something for newcomers.
func (b *budget) leaves(o *owner) bool {
	a := &b.accounts[ordinary]
	return o == nil || a.limit < fairFrom || o.charged/freeFactor < a.limit-a.charged
}
