// SPDX-License-Identifier: Apache-2.0

package accesslog

// Missing is what Envoy writes where an operator has no value.
const Missing = "-"

// Record holds the values of one access log entry by operator. The zero value
// is an empty record. It is not safe for concurrent use.
//
// Strings are kept as given, not copied. Copy one to keep it longer than the
// input it came from (see Borrowed).
type Record struct {
	present OpSet
	values  [NumOps]string

	// Values of a line are kept as places in it: writing a place costs the
	// garbage collector nothing, writing a string does.
	line   string
	inLine OpSet
	at     [NumOps]place

	// Extras are values that no rule uses, by the name of their operator. There
	// are at most 64; more are left out.
	Extras []Extra

	// DestinationHost is the best known name of the place that a connection went
	// to, empty if none is known. No format has it: it is found beside the log.
	DestinationHost string
	// DestinationHostSource says where that name was found. It is a constant text.
	DestinationHostSource string

	// Ambiguous says that a line of text could be read in more than one way.
	// The values in doubt are absent.
	Ambiguous bool

	// Borrowed says that values point into a buffer that the next record
	// overwrites.
	Borrowed bool
}

// Extra is a value that no rule uses.
type Extra struct{ Name, Value string }

// maxExtras bounds Record.Extras.
const maxExtras = 64

// place is where a value stands in the line.
type place struct{ start, end int }

// Reset empties the record and keeps its memory.
func (r *Record) Reset() {
	r.present, r.inLine = OpSet{}, OpSet{}
	r.Extras = r.Extras[:0]
	r.DestinationHost, r.DestinationHostSource = "", ""
	r.Ambiguous, r.Borrowed = false, false
}

// Release empties the record and lets go of all it was given.
func (r *Record) Release() {
	r.Reset()
	r.line = ""
	clear(r.values[:])
	clear(r.Extras[:cap(r.Extras)])
}

// Set stores the value of an operator.
func (r *Record) Set(op Op, value string) {
	r.present.Add(op)
	r.inLine.Remove(op)
	r.values[op] = value
}

// Offer stores the value of an operator unless it says less than what is
// there: several keys may carry one operator, some of them only a `-`.
func (r *Record) Offer(op Op, value string) {
	if (value == Missing || value == "") && r.Has(op) {
		return
	}
	r.Set(op, value)
}

// Unset takes the value of an operator away.
func (r *Record) Unset(op Op) {
	r.present.Remove(op)
	r.inLine.Remove(op)
}

// SetLine makes a line the one that SetInLine speaks of. Values of an earlier
// line stay.
func (r *Record) SetLine(line string) {
	for op := range r.inLine.All {
		r.Set(op, r.Raw(op))
	}
	r.line = line
}

// SetInLine stores the value of an operator by its place in the line.
func (r *Record) SetInLine(op Op, start, end int) {
	r.present.Add(op)
	r.inLine.Add(op)
	r.at[op] = place{start, end}
}

// SetAllInLine says that the line has the values of some operators. SetPlace must tell
// where each of them stands.
func (r *Record) SetAllInLine(ops OpSet) {
	r.present, r.inLine = r.present.or(ops), r.inLine.or(ops)
}

// SetPlace says where in the line the value of an operator stands.
func (r *Record) SetPlace(op Op, start, end int) { r.at[op] = place{start, end} }

// SetExtra stores a value that no rule uses.
func (r *Record) SetExtra(name, value string) {
	for i := range r.Extras {
		if r.Extras[i].Name == name {
			r.Extras[i].Value = value
			return
		}
	}
	if len(r.Extras) < maxExtras {
		r.Extras = append(r.Extras, Extra{name, value})
	}
}

// Has tells whether the record says anything of the operator, `-` included.
func (r *Record) Has(op Op) bool { return r.present.Has(op) }

// Raw is the value as it was written, `-` included; empty if there is none.
func (r *Record) Raw(op Op) string {
	switch {
	case r.inLine.Has(op):
		return r.line[r.at[op].start:r.at[op].end]
	case r.present.Has(op):
		return r.values[op]
	default:
		return ""
	}
}

// Get is the operator's value, empty where the record has none or says `-`.
func (r *Record) Get(op Op) string {
	if v := r.Raw(op); v != Missing {
		return v
	}
	return ""
}

// Each calls yield for each operator that the record has a value for.
func (r *Record) Each(yield func(Op, string) bool) {
	for op := range r.present.All {
		if !yield(op, r.Raw(op)) {
			return
		}
	}
}

// Present are those of some operators that the record has a value for.
func (r *Record) Present(of OpSet) OpSet { return r.present.and(of) }
