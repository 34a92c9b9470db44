// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Attributes are the set as the contract spells it. They are written when they
// are asked for: many sets stand on no record. They must not be changed.
func (s *Set) Attributes() pcommon.Map {
	s.once.Do(s.write)
	return s.written
}

func (s *Set) write() {
	a := pcommon.NewMap()
	a.EnsureCapacity(len(s.Labels) + len(s.Extra) + len(s.Slots) + 5)
	a.PutInt(contract.AttrVersion, contract.Version)
	a.PutStr(contract.AttrVerdict, string(s.Verdict))
	a.PutStr(contract.AttrSchema, string(s.maker.Schema))
	if s.Traffic != contract.TrafficStays {
		a.PutStr(contract.AttrTraffic, string(s.Traffic))
	}
	s.writeLabels(a)
	a.PutStr(contract.AttrIncarnation, s.maker.Incarnation)
	for _, slot := range s.Slots {
		a.PutInt(contract.SlotPrefix+slot.Name, slot.Packed)
	}
	s.written = a
}

// writeLabels leaves out labels with their default value, which a reader of the
// contract knows. On the record they all stand: a next component that is not ours
// does not know the defaults.
func (s *Set) writeLabels(a pcommon.Map) {
	for _, l := range s.maker.Schema.Labels(s.Protocol) {
		switch {
		case slices.Contains(s.maker.Removed, l):
			a.PutStr(l.String(), "")
		case s.maker.OnRecord && s.Labels[l] != "", s.Labels[l] != l.Default():
			a.PutStr(l.String(), s.Labels[l])
		}
	}
	for _, e := range s.Extra {
		a.PutStr(e.Name, e.Value)
		if s.maker.OnRecord {
			a.PutStr(contract.LabelPrefix+e.Name, e.Value)
		}
	}
}
