package contractreader

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// labelSet is what the contract says of one label set, on a scope or on a record.
type labelSet struct {
	// hasVersion is true if a version stands there, known if it is ours.
	hasVersion, known bool
	verdict           contract.Verdict
	schema            contract.Schema
	incarnation       string
	// names are those of the schema, nil if it is not known.
	names  *schemaNames
	labels contract.LabelSet
	// extras are the labels beside those of the schema, sorted by name.
	extras []extraLabel
	// slots are those of the values that have one.
	slots []labelSlot
}

type extraLabel struct{ name, value string }

// labelSlot is the slot and the term of a label's value, packed.
type labelSlot struct {
	label  string
	packed int64
}

// maxSlots is the most slots that are read: each label may have one, and a peer.
const maxSlots = int(contract.NumLabels) + contract.MaxExtraLabels + int(contract.NumPeers)

// reset makes the set one that says nothing, and lets go of the logs.
func (s *labelSet) reset() {
	clear(s.extras)
	clear(s.slots)
	*s = labelSet{extras: s.extras[:0], slots: s.slots[:0]}
}

// readHead reads an attribute of the contract that says what all labels are.
func (s *labelSet) readHead(key string, value pcommon.Value) {
	switch value.Type() {
	case pcommon.ValueTypeInt:
		if key == contract.AttrVersion {
			s.hasVersion, s.known = true, value.Int() == contract.Version
		} else if label, ok := strings.CutPrefix(key, contract.SlotPrefix); ok && len(s.slots) < maxSlots {
			s.slots = append(s.slots, labelSlot{label, value.Int()})
		}
	case pcommon.ValueTypeStr:
		switch key {
		case contract.AttrVerdict:
			s.verdict = contract.Verdict(value.Str())
		case contract.AttrSchema:
			s.schema = contract.Schema(value.Str())
		case contract.AttrIncarnation:
			s.incarnation = value.Str()
		}
	}
	if key == contract.AttrVersion && value.Type() != pcommon.ValueTypeInt {
		s.hasVersion = true
	}
}

// isContract tells whether anything says that a record is one of the contract.
func (s *labelSet) isContract() bool { return s.hasVersion || s.verdict != "" }

// decide tells what becomes of the records of the set, as the outcome that counts
// them, and whether they count.
func (s *labelSet) decide(only contract.Schema, o *Outcomes) (outcome *int64, counts bool) {
	switch {
	case !s.isContract():
		return &o.NoContract, false
	case !s.known:
		return &o.UnknownVersion, false
	case s.verdict == "":
		return &o.NoVerdict, false
	case !s.verdict.Counted():
		return &o.NotCounted, false
	}
	if s.names = findNames(s.schema); s.names == nil || s.schema != only {
		return &o.UnknownSchema, false
	}
	return &o.Counted, true
}

// putExtra takes a label beside those of the schema, in the order of names. Of two
// with one name the last one counts.
func (s *labelSet) putExtra(name, value string, o *Outcomes) {
	if _, _, taken := s.names.find(name, 0); taken || !isExtraName(name) {
		o.RefusedNames++
		return
	}
	i := len(s.extras)
	for i > 0 && s.extras[i-1].name >= name {
		i--
	}
	if i < len(s.extras) && s.extras[i].name == name {
		s.extras[i].value = value
		return
	}
	if len(s.extras) == contract.MaxExtraLabels {
		o.SurplusNames++
		return
	}
	s.extras = append(s.extras, extraLabel{})
	copy(s.extras[i+1:], s.extras[i:])
	s.extras[i] = extraLabel{name, value}
}

// appendKey writes the key of the labels and counts values it cut.
func (s *labelSet) appendKey(dst []byte, cuts *int64) []byte {
	p := s.verdict.Protocol()
	dst = aggregate.AppendProtocol(dst, p)
	for _, l := range s.names.ordered[p] {
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

// boundedPlaces has a bit for the place, in the key, of each label whose value has
// a slot, and for each peer that has one.
func (s *labelSet) boundedPlaces() (places uint64) {
	for i := range s.slots {
		for p := range contract.NumPeers {
			if s.slots[i].label == p.String() {
				places |= aggregate.PeerBit(p)
			}
		}
	}
	if len(s.slots) == 0 {
		return 0
	}
	place := 0
	put := func(name, value string) {
		if value == "" {
			return // the key leaves it out
		}
		for i := range s.slots {
			if s.slots[i].label == name {
				places |= 1 << place
			}
		}
		place++
	}
	for _, l := range s.names.ordered[s.verdict.Protocol()] {
		put(l.String(), s.labels[l])
	}
	for i := range s.extras {
		put(s.extras[i].name, s.extras[i].value)
	}
	return places
}
