package labelset

import (
	"slices"
	"strings"

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
	a.EnsureCapacity(len(s.Labels) + len(s.Extra) + 4)
	a.PutStr(contract.AttrVerdict, string(s.Verdict))
	a.PutStr(contract.AttrSchema, string(s.maker.Schema))
	for _, l := range s.maker.Schema.Labels(s.Protocol) {
		switch {
		case slices.Contains(s.maker.Removed, l):
			a.PutStr(l.String(), "")
		case s.maker.Defaults && s.Labels[l] != "", s.Labels[l] != l.Default():
			a.PutStr(l.String(), s.Labels[l])
		}
	}
	if len(s.Extra) > 0 {
		names := a.PutEmptySlice(contract.AttrExtraLabels)
		for _, e := range s.Extra {
			names.AppendEmpty().SetStr(e.Name)
			a.PutStr(e.Name, e.Value)
		}
	}
	if len(s.Bounded) > 0 {
		a.PutStr(contract.AttrBounded, strings.Join(s.Bounded, " "))
	}
	s.written = a
}
