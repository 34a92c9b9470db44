// SPDX-License-Identifier: Apache-2.0

package accesslog

// CopyFrom makes the record equal to another.
func (r *Record) CopyFrom(from *Record) {
	r.Reset()
	for op, v := range from.Each {
		r.Set(op, v)
	}
	r.Extras = append(r.Extras, from.Extras...)
	r.DestinationHost = from.DestinationHost
	r.Ambiguous, r.Borrowed = from.Ambiguous, from.Borrowed
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
	// What is in doubt in the other record does not matter if it is known here.
	r.Ambiguous = r.Ambiguous || from.Ambiguous && !r.IsComplete()
	r.Borrowed = r.Borrowed || from.Borrowed
}

// KeepCommon takes away the values that another reading of the same line has
// differently.
func (r *Record) KeepCommon(other *Record) {
	for op, v := range r.Each {
		if other.Has(op) && other.Raw(op) != v {
			r.Unset(op)
		}
	}
}
