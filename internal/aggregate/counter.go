// SPDX-License-Identifier: Apache-2.0

package aggregate

import "math"

// counter is a monotonic sum. Its zero value is a series that does not exist
// yet: it comes into being with its first amount, which may be 0.
type counter struct {
	start    int64
	value    int64
	exemplar *Exemplar
}

// add adds an amount that is not negative and tells whether this began the series.
// A series that begins does so at start.
func (c *counter) add(amount, start int64) (began bool) {
	c.value = saturatingAdd(c.value, amount)
	if c.start != 0 {
		return false
	}
	c.start = start
	return true
}

// saturatingAdd adds two numbers that are not negative and stops at the
// largest one: a sum that wrapped around would look like a reset, or worse.
func saturatingAdd(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}

// numBegun is the number of counters that are series.
func numBegun(counters []counter) (series int) {
	for i := range counters {
		if counters[i].start != 0 {
			series++
		}
	}
	return series
}

// Exemplar is one observation that stands for those around it.
type Exemplar struct {
	// Value in the field's own unit; see Metric.Divisor.
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
