package observe

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// What a sender could make us remember: lists of extra labels are settings of
// a processor, so there is one, or a few.
const (
	maxVocabularies = 16
	maxListLen      = contract.MaxExtraLabels * 64
)

// vocabularies finds the vocabulary of a list of extra labels. It remembers at most
// maxVocabularies of them and none that is long; beyond that it makes them anew
// each time. It is not safe for concurrent use.
type vocabularies struct {
	schema contract.Schema
	base   *vocabulary
	known  map[string]*vocabulary
	list   []byte
}

func newVocabularies(s contract.Schema) vocabularies {
	return vocabularies{schema: s, base: newVocabulary(s, nil), known: make(map[string]*vocabulary)}
}

// of finds the list of extra labels on the innermost level that has one, and
// its vocabulary.
func (v *vocabularies) of(levels ...pcommon.Map) *vocabulary {
	for _, attrs := range levels {
		if list, ok := attrs.Get(contract.AttrExtraLabels); ok {
			return v.ofList(list)
		}
	}
	return v.base
}

func (v *vocabularies) ofList(list pcommon.Value) *vocabulary {
	if list.Type() != pcommon.ValueTypeSlice {
		return v.make([]string{""}) // counts as one name that is none
	}
	names := list.Slice()
	v.list = v.list[:0]
	for i := range names.Len() {
		name := names.At(i)
		if name.Type() != pcommon.ValueTypeStr || len(v.list) > maxListLen || len(name.Str()) > contract.MaxNameLen {
			return v.make(rawNames(names))
		}
		// The length goes first: no name can pass for two.
		v.list = append(append(v.list, byte(len(name.Str()))), name.Str()...)
	}
	if known, ok := v.known[string(v.list)]; ok {
		return known
	}
	made := v.make(rawNames(names))
	if len(v.known) < maxVocabularies {
		v.known[string(v.list)] = made
	}
	return made
}

func (v *vocabularies) make(names []string) *vocabulary {
	return newVocabulary(v.schema, names)
}

// rawNames copies a list; what is no string becomes an empty one, which no
// label has.
func rawNames(list pcommon.Slice) []string {
	names := make([]string, 0, min(list.Len(), 2*contract.MaxExtraLabels))
	for i := range list.Len() {
		name := list.At(i)
		if name.Type() == pcommon.ValueTypeStr {
			names = append(names, string([]byte(name.Str())))
		} else {
			names = append(names, "")
		}
	}
	return names
}
