package aggregate

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// fairFrom is from how many series on something is left for newcomers: below
// that it would be less than a set of labels.
const fairFrom = 1000

// owner is a workload whose own proxy reports: what it does makes series, and
// labels of the other side may be anything. Series are products of labels, so
// without this one workload could have them all, and the first contact of
// another would not show.
type owner struct {
	name string
	// charged is for ordinary sets, named for overflow sets.
	charged, named int
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
	side := reportingSide(key)
	for p := range parts(key) {
		if side.has(p.column) {
			dst = appendString(append(dst, p.column), p.value)
		}
	}
	return dst
}

// labelMask is a set of labels of the schema.
type labelMask uint64

func maskOf(labels ...contract.Label) (m labelMask) {
	for _, l := range labels {
		m |= 1 << l
	}
	return m
}

func (m labelMask) has(column byte) bool { return column != extraColumn && m>>column&1 != 0 }

var (
	sourceSide      = maskOf(contract.SourceWorkload, contract.SourceWorkloadNamespace)
	destinationSide = maskOf(contract.DestinationWorkload, contract.DestinationWorkloadNamespace)
)

// reportingSide has the labels that name the workload whose proxy reports.
func reportingSide(key []byte) labelMask {
	for p := range parts(key) {
		if p.is(contract.Reporter) && string(p.value) != contract.ReporterSource {
			return destinationSide
		}
	}
	return sourceSide
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
	if set.kind == ordinary {
		set.owner.charged += series
	} else {
		set.owner.named += series
	}
	if set.owner.charged == 0 && set.owner.named == 0 {
		s.owners.delete(set.owner.name)
	}
}

// leaves tells whether an owner that takes more leaves something for newcomers.
func (b *budget) leaves(o *owner) bool {
	a := &b.accounts[ordinary]
	return o == nil || a.limit < fairFrom || fairshare.MayTake(o.charged, a.free())
}

// leavesNamed tells the same of overflow sets. One owner alone takes half of
// what there is for them.
func (b *budget) leavesNamed(o *owner) bool {
	return o.named <= b.accounts[namedOverflow].free()
}
