// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Options say what is added up, and how.
type Options struct {
	// Schemas names the schemas that metrics are of. A label set has the metrics of one.
	Schemas []string
	// Metrics are those to make, of all schemas. Points name them by their index here.
	Metrics []Metric
	// Optional fields may be absent from an observation, which then lacks nothing.
	Optional [NumFields]bool
	// ExponentialSize is the largest number of buckets of an exponential
	// histogram; 0 makes explicit ones.
	ExponentialSize int32
	// Exemplars are kept if true.
	Exemplars bool
	// MaxSeries bounds the series, as remote write counts them. It must be at
	// least MinSeries, or 0, which means no bound.
	MaxSeries int
	// IdleTimeout, in nanoseconds, is how long series stay that do not change;
	// 0 means for ever.
	IdleTimeout int64
	// Pinned has label sets end when nobody pins them, and for nothing else; see
	// State.Pin.
	Pinned bool
}

// Kind says what a metric makes of the values of its field.
type Kind uint8

const (
	// Counter adds them up.
	Counter Kind = iota
	// Histogram counts them by size.
	Histogram
	// Minimum is a gauge of the smallest one.
	Minimum
	// Maximum is a gauge of the largest one.
	Maximum
)

// Metric is a metric of a schema.
type Metric struct {
	Name, Unit, Description string
	Kind                    Kind
	// Field has the values. Counters alone may have One.
	Field Field
	// Divisor turns values, which are whole, into the unit of the metric. Counters
	// have 1.
	Divisor float64
	// Protocol and Schema (an index in Options.Schemas) are those of the label sets
	// that have the metric.
	Protocol contract.Protocol
	Schema   uint8
	// Addressed counters have a series for each address. Other metrics never do: one
	// address would cost as many series as a histogram has buckets.
	Addressed bool
	// CountsClosed counters move for observations that are Closed, too.
	CountsClosed bool
	// Bounds are the inclusive upper bounds of a histogram's explicit buckets, in the
	// unit of the metric, ascending.
	Bounds []float64
}

// limits are the largest whole values at or below each bound.
func limits(bounds []float64, divisor float64) []int64 {
	ls := make([]int64, len(bounds))
	for i, b := range bounds {
		v := b * divisor
		if r := math.Round(v); math.Abs(v-r) <= 1e-9*math.Abs(v) {
			v = r // 0.0123 s are 12300000 ns although 0.0123*1e9 may not be
		}
		if v >= math.MaxInt64 {
			ls[i] = math.MaxInt64
		} else {
			ls[i] = int64(math.Floor(v))
		}
	}
	return ls
}
