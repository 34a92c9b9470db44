// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// labelSet is what the contract says of one label set, on a scope or on a record.
type labelSet struct {
	// hasVersion is true if a version stands there, known if it is ours.
	hasVersion, known bool
	verdict           contract.Verdict
	incarnation       string
	// names are those of the schema, nil if it is not known.
	names  *schemaNames
	labels contract.LabelSet
	// beside are those of the labels that the schema does not have, but another one
	// does. A label has one spelling in a key, whatever the schema.
	beside contract.LabelMask
	// extras are the labels that no schema has, sorted by name.
	extras     []extraLabel
	extraNames extraNames
	// refused and surplus are how many names were no label's, and too many.
	refused, surplus int64
	// slots are those of the values that have one.
	slots []aggregate.Slot
}

type extraLabel struct{ name, value string }

// maxSlots is the most slots that are read: each label may have one, and each peer.
const maxSlots = int(contract.NumLabels) + contract.MaxExtraLabels + int(contract.NumPeers)

// reset makes the set one that says nothing. Its labels are those of before until
// begin.
func (s *labelSet) reset() {
	clear(s.extras)
	clear(s.slots)
	s.hasVersion, s.known = false, false
	s.verdict, s.incarnation, s.names = "", "", nil
	s.beside, s.extras, s.slots = 0, s.extras[:0], s.slots[:0]
}

// release lets go of the logs.
func (s *labelSet) release() {
	s.reset()
	s.labels = contract.LabelSet{}
}

// begin gives the labels their defaults, if the schema is known.
func (s *labelSet) begin() {
	s.beside, s.extras, s.refused, s.surplus = 0, s.extras[:0], 0, 0
	if s.names != nil {
		s.labels = s.names.defaults
	}
}

// readHead reads an attribute of the contract that says what all labels are. A
// value of another type is as good as none.
func (s *labelSet) readHead(key string, value pcommon.Value) {
	switch key {
	case contract.AttrVersion:
		s.hasVersion, s.known = true, value.Int() == contract.Version
	case contract.AttrVerdict:
		s.verdict = contract.Verdict(value.Str())
	case contract.AttrSchema:
		s.names = findNames(contract.Schema(value.Str()))
	case contract.AttrIncarnation:
		s.incarnation = value.Str()
	default:
		if label, ok := strings.CutPrefix(key, contract.SlotPrefix); ok && len(s.slots) < maxSlots {
			s.slots = append(s.slots, aggregate.Slot{Label: label, Limit: contract.LimitOfSlot(label), Packed: slotOf(value)})
		}
	}
}

// isContract tells whether anything says that a record is one of the contract.
func (s *labelSet) isContract() bool { return s.hasVersion || s.verdict != "" }

// decide tells what becomes of the records of the set, as the outcome that counts
// them, and whether they count.
func (s *labelSet) decide(o *Outcomes) (outcome *int64, counts bool) {
	switch {
	case !s.isContract():
		return &o.NoContract, false
	case !s.known:
		return &o.UnknownVersion, false
	case s.verdict == "":
		return &o.NoVerdict, false
	case !s.verdict.Counted():
		return &o.NotCounted, false
	case s.names == nil:
		return &o.UnknownSchema, false
	}
	return &o.Counted, true
}

// putExtra takes a label beside those of the schema. Of two with one name the last
// one counts.
func (s *labelSet) putExtra(name, value string) {
	x, ok := s.extraNames.find(s.names, name)
	if !ok {
		s.refused++
		return
	}
	i, isThere := len(s.extras), s.beside.Has(x.label)
	if x.label == contract.NoLabel {
		i, isThere = slices.BinarySearchFunc(s.extras, name, func(e extraLabel, name string) int { return strings.Compare(e.name, name) })
	}
	if !isThere && len(s.extras)+s.beside.Len() == contract.MaxExtraLabels {
		s.surplus++
		return
	}
	switch {
	case x.label != contract.NoLabel:
		s.beside.Add(x.label)
		s.labels[x.label] = value
	case isThere:
		s.extras[i].value = value
	default:
		s.extras = slices.Insert(s.extras, i, extraLabel{name, value})
	}
}

// appendKey writes the key of the labels and counts values it cut.
func (s *labelSet) appendKey(dst []byte, cuts *int64) []byte {
	p := s.verdict.Protocol()
	dst = aggregate.AppendProtocol(dst, p)
	for l := range (s.names.inSets[p] | s.beside).All {
		var cut bool
		if dst, cut = aggregate.AppendLabel(dst, l, s.labels[l]); cut {
			*cuts++
		}
	}
	for i := range s.extras {
		var cut bool
		if dst, cut = aggregate.AppendExtra(dst, s.extras[i].name, s.extras[i].value); cut {
			*cuts++
		}
	}
	return dst
}

// checkSlots leaves the slots of values that are there, one for each label and for
// each claimed peer. Others are counted.
func (s *labelSet) checkSlots(o *Outcomes) {
	good := s.slots[:0]
	for _, slot := range s.slots {
		isDouble := slices.ContainsFunc(good, func(g aggregate.Slot) bool { return g.Label == slot.Label })
		if isDouble || !s.hasValue(&slot) || !isSlot(slot.Packed, s.incarnation) {
			o.BadSlots++
			continue
		}
		good = append(good, slot)
	}
	clear(s.slots[len(good):])
	s.slots = good
}

// hasValue tells whether the label of a slot has a value.
func (s *labelSet) hasValue(slot *aggregate.Slot) bool {
	if slot.Limit == contract.ClaimedPeer {
		return true
	}
	if l, ok := contract.LabelByName(slot.Label); ok && (s.names.inSets[contract.HTTP] | s.beside).Has(l) {
		return s.labels[l] != ""
	}
	return slices.ContainsFunc(s.extras, func(e extraLabel) bool { return e.name == slot.Label && e.value != "" })
}
