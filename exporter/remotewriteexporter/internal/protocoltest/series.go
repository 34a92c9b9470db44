// SPDX-License-Identifier: Apache-2.0

package protocoltest

import (
	"fmt"
	"math"
	"strings"
)

// Series is what a request has of one series.
type Series struct {
	// Labels are written as {name="value", ...}, in the order of the request.
	Labels     string
	Samples    []Sample
	Histograms []Histogram
	// Exemplars are written as labels, then value@time.
	Exemplars []string
	// Type, Help and Unit are of protocol 2.0 alone.
	Type       uint64
	Help, Unit string
}

// Sample is a value at a time in milliseconds.
type Sample struct {
	Value            float64
	Timestamp, Start int64
}

// Histogram is a native histogram.
type Histogram struct {
	Count, ZeroCount   uint64
	Sum, ZeroThreshold float64
	Schema             int64
	// Positive and Negative have the count of each bucket that is not empty, by
	// its index.
	Positive, Negative map[int64]int64
	Timestamp, Start   int64
}

// staleNaN is the value that ends a series.
const staleNaN = 0x7ff0000000000002

// String writes a series on one line: labels, samples, exemplars after #, and
// what protocol 2.0 has more.
func (s Series) String() string {
	var b strings.Builder
	b.WriteString(s.Labels)
	for _, sample := range s.Samples {
		if math.Float64bits(sample.Value) == staleNaN {
			fmt.Fprintf(&b, " stale@%d", sample.Timestamp)
		} else {
			fmt.Fprintf(&b, " %v@%d", sample.Value, sample.Timestamp)
		}
		if sample.Start != 0 {
			fmt.Fprintf(&b, " since %d", sample.Start)
		}
	}
	for _, h := range s.Histograms {
		fmt.Fprintf(&b, " %+v", h)
	}
	for _, e := range s.Exemplars {
		b.WriteString(" # " + e)
	}
	if s.Type != 0 {
		fmt.Fprintf(&b, " type %d", s.Type)
	}
	if s.Unit != "" {
		b.WriteString(" unit " + s.Unit)
	}
	if s.Help != "" {
		b.WriteString(" help " + s.Help)
	}
	return b.String()
}
