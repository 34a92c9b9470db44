package accesslog

import "math/bits"

// missing is what Envoy writes where an operator has no value.
const missing = "-"

// Record holds the values of one access-log record by operator. The zero value
// is an empty record. Strings are kept as given and not copied: whoever keeps
// one longer than the input it came from must copy it (see Borrowed).
type Record struct {
	present opSet
	values  [NumOps]string

	// Values of a line are kept as places in it: writing a place costs the
	// garbage collector nothing, writing a string does.
	line   string
	inLine opSet
	at     [NumOps]span

	// Extras are values of operators and keys that no rule uses, by name.
	Extras []Extra

	// Ambiguous says that a line of text could be read in more than one way;
	// the values in doubt are absent.
	Ambiguous bool

	// Borrowed says that values point into a buffer which the next record
	// overwrites.
	Borrowed bool

	// scratch is room for matching, here so that it need not be made anew.
	scratch struct{ left, right, middle, found places }
}

// opSet is a set of operators.
type opSet [(NumOps + 63) / 64]uint64

func (s *opSet) add(op Op)      { s[op/64] |= 1 << (op % 64) }
func (s *opSet) remove(op Op)   { s[op/64] &^= 1 << (op % 64) }
func (s *opSet) has(op Op) bool { return s[op/64]&(1<<(op%64)) != 0 }

// Extra is a value that no rule uses, under the name of its operator.
type Extra struct{ Name, Value string }

// Reset empties the record and keeps its memory.
func (r *Record) Reset() {
	r.present, r.inLine = opSet{}, opSet{}
	r.Extras = r.Extras[:0]
	r.Ambiguous, r.Borrowed = false, false
}

// Release empties the record and lets go of all it was given.
func (r *Record) Release() {
	r.Reset()
	r.line = ""
	clear(r.values[:])
	clear(r.Extras[:cap(r.Extras)])
}

// CopyFrom makes the record equal to another.
func (r *Record) CopyFrom(from *Record) {
	r.Reset()
	for op, v := range from.Each {
		r.Set(op, v)
	}
	r.Extras = append(r.Extras, from.Extras...)
	r.Ambiguous, r.Borrowed = from.Ambiguous, from.Borrowed
}

// Set stores the value of an operator.
func (r *Record) Set(op Op, value string) {
	r.present.add(op)
	r.inLine.remove(op)
	r.values[op] = value
}

// setLine makes a line the one that setInLine speaks of. Values of an earlier
// line become strings first.
func (r *Record) setLine(line string) {
	for op, v := range r.Each {
		if r.inLine.has(op) {
			r.Set(op, v)
		}
	}
	r.line = line
}

// setInLine stores the value of an operator by its place in the line.
func (r *Record) setInLine(op Op, at span) {
	r.present.add(op)
	r.inLine.add(op)
	r.at[op] = at
}

// Offer stores the value of an operator unless it says less than what is
// there: several keys may carry one operator, some of them only a `-`.
func (r *Record) Offer(op Op, value string) {
	if (value == missing || value == "") && r.Has(op) {
		return
	}
	r.Set(op, value)
}

// SetExtra stores the value of something that is no operator of ours.
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

// maxExtras bounds the values that no rule uses; more are left out.
const maxExtras = 64

// Has tells whether the record said anything of the operator, `-` included.
func (r *Record) Has(op Op) bool { return r.present.has(op) }

// Raw is the value as it was written, `-` included; empty if there was none.
func (r *Record) Raw(op Op) string {
	switch {
	case r.inLine.has(op):
		return r.line[r.at[op].start:r.at[op].end]
	case r.present.has(op):
		return r.values[op]
	default:
		return ""
	}
}

// Get is the operator's value, empty where the record has none or says `-`.
func (r *Record) Get(op Op) string {
	if v := r.Raw(op); v != missing {
		return v
	}
	return ""
}

// Each calls yield for each operator that the record has a value for.
func (r *Record) Each(yield func(Op, string) bool) {
	for i, word := range r.present {
		for ; word != 0; word &= word - 1 {
			op := Op(i*64 + bits.TrailingZeros64(word))
			if !yield(op, r.Raw(op)) {
				return
			}
		}
	}
}

// Int reads a value as a number that cannot be negative. It is false where
// there is no value, where it is not a decimal number or where it does not fit.
func (r *Record) Int(op Op) (int64, bool) {
	return parseInt(r.Raw(op))
}

// maxDigits keeps parsed numbers below 10^18, which int64 holds.
const maxDigits = 18

func parseInt(s string) (int64, bool) {
	if s == "" || len(s) > maxDigits {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// IsAccessLog tells whether the values are those of an Envoy access log rather
// than of some application that also logs a `method` or a `duration`: one that
// only Envoy writes, and one more that says what happened.
func (r *Record) IsAccessLog() bool {
	return r.hasAny(ResponseFlags, UpstreamCluster, AccessLogType, RouteName) &&
		r.hasAny(ResponseCode, Protocol, BytesSent, BytesReceived, Duration, DownstreamLocalAddress, UpstreamHost)
}

func (r *Record) hasAny(ops ...Op) bool {
	for _, op := range ops {
		if r.Has(op) {
			return true
		}
	}
	return false
}

func (r *Record) unset(op Op) {
	r.present.remove(op)
	r.inLine.remove(op)
}

// lineOps are what a line of Istio's default text tells and labels need, beside
// bytes.
var lineOps = []Op{ResponseCode, ResponseFlags, UpstreamCluster, UpstreamHost, RouteName, Duration, DownstreamLocalAddress, Authority}

// IsComplete tells whether a line of text beside the record could add nothing.
func (r *Record) IsComplete() bool {
	for _, op := range lineOps {
		if !r.Has(op) {
			return false
		}
	}
	return r.hasAny(BytesReceived, DownstreamWireBytesReceived) && r.hasAny(BytesSent, DownstreamWireBytesSent)
}

// keepCommon takes back the values that another reading of the same line has
// differently.
func (r *Record) keepCommon(other *Record) {
	for op, v := range r.Each {
		if other.Has(op) && other.Raw(op) != v {
			r.unset(op)
		}
	}
}

// Fill takes over the values of another record that this one lacks.
func (r *Record) Fill(from *Record) {
	for op, v := range from.Each {
		if !r.Has(op) {
			r.Set(op, v)
		}
	}
	for _, x := range from.Extras {
		r.SetExtra(x.Name, x.Value)
	}
	r.Ambiguous = r.Ambiguous || from.Ambiguous && !r.IsComplete()
	r.Borrowed = r.Borrowed || from.Borrowed
}
