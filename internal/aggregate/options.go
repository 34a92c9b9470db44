// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Options say what is added up, and how.
type Options struct {
	// Metrics are those to make, of all schemas. Points name them by their index here.
	Metrics []Metric
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
}

// Metric is a metric of a schema.
type Metric struct {
	contract.Metric
	// Schema is the index of the metric's schema in contract.Schemas.
	Schema uint8
	// Bounds are the inclusive upper bounds of a histogram's explicit buckets, in the
	// unit of the metric, ascending.
	Bounds []float64
}

// Divisor turns the sums and exemplars of a metric, which are whole
// nanoseconds or bytes, into its unit.
func Divisor(m contract.Metric) float64 {
	switch {
	case m.Measure != contract.Duration:
		return 1
	case m.Seconds:
		return 1e9
	default:
		return 1e6
	}
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
