package observe

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// column is the place of a label's value in a row: the schema's labels stand
// at their own number, extra ones after them in the order of their names.
type column = uint8

const numColumns = int(contract.NumLabels) + contract.MaxExtraLabels

// maxBounded is the most names that may be bounded. A uint64 has a bit for each
// column, and above them one for each peer.
const maxBounded = numColumns + int(contract.NumPeers)

const _ = uint(64 - maxBounded)

// vocabulary knows the attributes that are labels: those of a schema, and the
// extra ones that a list names. It is immutable.
type vocabulary struct {
	// lengths has, for each first and last byte, a bit for each length of a name
	// that has them: most attributes of a proxy are told from labels by this
	// alone.
	lengths [256]uint64
	columns map[string]column
	names   [numColumns]string
	// labels in order, by protocol.
	labels [2][]contract.Label
	extras []string
	// blank is a row of this vocabulary that says nothing.
	blank row

	refused, surplus int64
}

// newVocabulary makes the vocabulary of a schema and a list of extra names,
// which may hold anything.
func newVocabulary(schema contract.Schema, extras []string) *vocabulary {
	v := &vocabulary{columns: make(map[string]column)}
	for _, p := range []contract.Protocol{contract.HTTP, contract.TCP} {
		v.labels[p] = schema.Labels(p)
		for _, l := range v.labels[p] {
			v.put(l.String(), column(l))
			v.blank.labels[l] = l.Default()
		}
	}
	v.blank.vocabulary, v.blank.values = v, aggregate.NoValues
	v.admit(extras)
	for i, name := range v.extras {
		v.put(name, column(int(contract.NumLabels)+i))
	}
	return v
}

func (v *vocabulary) put(name string, c column) {
	v.columns[name] = c
	v.names[c] = name
	v.lengths[ends(name)] |= lengthBit(name)
}

// admit takes the extra names that may be labels, sorted and each once.
func (v *vocabulary) admit(extras []string) {
	for _, name := range extras {
		if _, taken := v.columns[name]; taken || !validExtra(name) {
			v.refused++
			continue
		}
		if slices.Contains(v.extras, name) {
			continue
		}
		if len(v.extras) == contract.MaxExtraLabels {
			v.surplus++
			continue
		}
		v.extras = append(v.extras, name)
	}
	slices.Sort(v.extras)
}

// validExtra tells whether a name may be that of an extra label.
func validExtra(name string) bool {
	l, standard := contract.LabelByName(name)
	return contract.IsLabelName(name) && !contract.IsReserved(name) && !(standard && l.IsAddress())
}

// find tells the column of an attribute, if it is a label. The hint is the
// column it has if labels stand in order, as whoever writes them is likely to
// put them: comparing one name is cheaper than hashing it.
func (v *vocabulary) find(key string, hint column) (column, bool) {
	if key == "" || v.lengths[ends(key)]&lengthBit(key) == 0 {
		return 0, false
	}
	if int(hint) < numColumns && v.names[hint] == key {
		return hint, true
	}
	c, ok := v.columns[key]
	return c, ok
}

// mask has a bit for the column of each label that a list, with spaces in
// between, names, and for each peer. Of a list that is longer than there are bits
// the rest is not looked at.
func (v *vocabulary) mask(names string) (bounded uint64) {
	for n := 0; names != "" && n < maxBounded; n++ {
		var name string
		name, names, _ = strings.Cut(names, " ")
		if c, ok := v.columns[name]; ok {
			bounded |= 1 << c
			continue
		}
		for p := range contract.NumPeers {
			if name == p.String() {
				bounded |= aggregate.PeerBit(p)
			}
		}
	}
	return bounded
}

// lengthBit stands for the length of a name; all long ones share a bit.
func lengthBit(name string) uint64 { return 1 << min(len(name), 63) }

// ends mixes the first and the last byte of a name, which must not be empty.
func ends(name string) byte { return name[0] + 31*name[len(name)-1] }
