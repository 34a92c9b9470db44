// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/fairshare"
)

// fairFrom is the least limit of series with which some are kept for holders that have
// few. With fewer, what is kept would be less than one label set.
const fairFrom = 1000

// holder is the workload whose proxy reports a record. The series of the record count
// against it. A workload may contact anything, so it may make any number of label
// sets. Without a count for each holder one workload could have all series, and the
// first contact of another workload would not show.
type holder struct {
	name string
	// charged is the series of its ordinary sets, named those of its overflow sets.
	charged, named int
}

// holder returns the holder of the set of a key. It is a new one if the state has none
// of this name.
func (s *State) holder(key []byte) *holder {
	s.holderKey = appendHolder(s.holderKey[:0], key)
	if o, ok := s.holders.entries[string(s.holderKey)]; ok {
		return o
	}
	return &holder{name: string(s.holderKey)}
}

// appendHolder writes namespace and workload of the reporter's own side.
func appendHolder(dst, key []byte) []byte {
	side := reportingSide(key)
	for p := range parts(key) {
		if p.isOf(side) {
			dst = appendString(append(dst, p.column), p.value)
		}
	}
	return dst
}

var (
	sourceSide      = contract.MaskOf(contract.SourceWorkload, contract.SourceWorkloadNamespace)
	destinationSide = contract.MaskOf(contract.DestinationWorkload, contract.DestinationWorkloadNamespace)
)

// reportingSide has the labels that name the workload whose proxy reports.
func reportingSide(key []byte) contract.LabelMask {
	for p := range parts(key) {
		if p.is(contract.Reporter) && string(p.value) != contract.ReporterSource {
			return destinationSide
		}
	}
	return sourceSide
}

// chargeHolder charges a set's holder; less than 0 gives back.
func (s *State) chargeHolder(set *LabelSet, series int) {
	if set.holder == nil || series == 0 {
		return
	}
	if known, ok := s.holders.entries[set.holder.name]; ok {
		set.holder = known
	} else {
		s.holders.put(set.holder.name, set.holder)
	}
	if set.account == ordinary {
		set.holder.charged += series
	} else {
		set.holder.named += series
	}
	if set.holder.charged == 0 && set.holder.named == 0 {
		s.holders.delete(set.holder.name)
	}
}

// leaves tells whether a holder may take more series: enough must be left for others.
func (b *budget) leaves(o *holder) bool {
	a := &b.accounts[ordinary]
	return o == nil || a.limit < fairFrom || fairshare.MayTake(o.charged, a.free())
}

// leavesNamed tells the same of the series of overflow sets. One holder may take up to
// half of them.
func (b *budget) leavesNamed(o *holder) bool {
	return o.named <= b.accounts[namedOverflow].free()
}
