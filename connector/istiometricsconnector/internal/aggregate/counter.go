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
func (c *counter) add(amount, now int64) (began bool) {
	c.value = saturatingAdd(c.value, amount)
	if c.start != 0 {
		return false
	}
	c.start = now
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
