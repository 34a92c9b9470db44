package aggregate

// Exemplar is one observation that stands for those around it.
type Exemplar struct {
	// Value in the field's own unit; see Divisor.
	Value int64
	// Time of arrival.
	Time  int64
	Trace [16]byte
	Span  [8]byte

	bucket int
}

func newExemplar(o *Observation, value, now int64) Exemplar {
	return Exemplar{Value: value, Time: now, Trace: o.Trace, Span: o.Span}
}

// offer keeps the first exemplar since the last snapshot. The memory for it is
// kept, so that a series allocates one once.
func (c *counter) offer(o *Observation, value, now int64) {
	if c.exemplar == nil {
		c.exemplar = new(Exemplar)
	} else if c.exemplar.Time != 0 {
		return
	}
	*c.exemplar = newExemplar(o, value, now)
}

// offer keeps the first exemplar of each bucket since the last snapshot.
func (h *histogram) offer(o *Observation, bucket int, value, now int64) {
	for i := range h.exemplars {
		if h.exemplars[i].bucket == bucket {
			return
		}
	}
	e := newExemplar(o, value, now)
	e.bucket = bucket
	h.exemplars = append(h.exemplars, e)
}
