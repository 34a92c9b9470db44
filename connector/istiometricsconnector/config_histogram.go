// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/lightstep/go-expohisto/structure"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metrictable"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// HistogramKind says how a histogram's buckets come to be.
type HistogramKind string

const (
	// HistogramExplicit has the buckets that the settings list, as Istio's do.
	HistogramExplicit HistogramKind = "explicit"
	// HistogramExponential has buckets that follow the values: Prometheus'
	// native histograms.
	HistogramExponential HistogramKind = "exponential"
)

const (
	defaultMaxSize = structure.DefaultMaxSize
	// minMaxSize lets any two integers share a histogram of scale -4 or finer:
	// Prometheus takes no coarser one.
	minMaxSize = 8
	// maxBounds keeps a mistake in a list from multiplying the series.
	maxBounds = 200
)

var histogramKinds = []HistogramKind{HistogramExplicit, HistogramExponential}

// HistogramConfig holds the settings of the histograms.
type HistogramConfig struct {
	// Kind says how buckets come to be. `explicit`: from the bounds below.
	// `exponential`: from the values, as Prometheus' native histograms.
	Kind HistogramKind `mapstructure:"kind"`
	// DurationBounds are upper bounds of explicit buckets, ascending, in
	// milliseconds. A metric in seconds has the same bounds in seconds. Empty means
	// the schema's own.
	DurationBounds []float64 `mapstructure:"duration_bounds"`
	// SizeBounds are upper bounds of explicit buckets, ascending, in bytes. Empty
	// means the schema's own.
	SizeBounds []float64 `mapstructure:"size_bounds"`
	// MaxSize is the largest number of buckets of an exponential histogram, 8 to
	// 16384.
	MaxSize int32 `mapstructure:"max_size"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate checks the kind, both lists and the size.
func (c *HistogramConfig) Validate() error {
	var errs error
	if !slices.Contains(histogramKinds, c.Kind) {
		errs = errors.Join(errs, fmt.Errorf("`kind` must be one of %q, got %q", histogramKinds, string(c.Kind)))
	}
	if c.MaxSize < minMaxSize || c.MaxSize > structure.MaximumMaxSize {
		errs = errors.Join(errs, fmt.Errorf("`max_size` must be between %d and %d, got %d", minMaxSize, structure.MaximumMaxSize, c.MaxSize))
	}
	return errors.Join(errs,
		validateBounds("duration_bounds", c.DurationBounds),
		validateBounds("size_bounds", c.SizeBounds))
}

func validateBounds(key string, bounds []float64) error {
	if len(bounds) > maxBounds {
		return fmt.Errorf("`%s` must hold at most %d numbers, got %d", key, maxBounds, len(bounds))
	}
	for i, b := range bounds {
		if math.IsNaN(b) || math.IsInf(b, 0) || b < 0 {
			return fmt.Errorf("`%s` must hold finite numbers of at least 0, got %v", key, b)
		}
		if i > 0 && b <= bounds[i-1] {
			return fmt.Errorf("`%s` must ascend, got %v after %v", key, b, bounds[i-1])
		}
	}
	return nil
}

// Bounds of Istio's proxies, which are Envoy's, for milliseconds and bytes alike.
var envoyBounds = []float64{
	0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000,
	30000, 60000, 300000, 600000, 1800000, 3600000,
}

// Bounds of Istio 1.3, in seconds and in bytes.
var (
	istio13DurationBounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	istio13SizeBounds     = []float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}
)

// aggregateOptions are the settings as the aggregate takes them.
func (c *Config) aggregateOptions() aggregate.Options {
	o := metrictable.New()
	o.Metrics = c.enabledMetrics()
	o.Exemplars = bool(c.Exemplars.Enabled)
	o.MaxSeries = c.MaxSeries
	o.IdleTimeout = c.SeriesIdleTimeout.Nanoseconds()
	if c.Histogram.Kind == HistogramExponential {
		o.ExponentialSize = c.Histogram.MaxSize
	}
	return o
}

// enabledMetrics lists the metrics that are on, in the order of the schemas.
func (c *Config) enabledMetrics() (on []aggregate.Metric) {
	for i, schema := range contract.Schemas {
		for _, m := range schema.Metrics() {
			if set, ok := c.Metrics[m.Name]; !ok || bool(set.Enabled) {
				on = append(on, metrictable.Metric(i, m, c.Histogram.bounds(schema, m)))
			}
		}
	}
	return on
}

// bounds of a metric's explicit buckets in its own unit; nil for a counter.
func (c *HistogramConfig) bounds(s contract.Schema, m contract.Metric) []float64 {
	durations, sizes := envoyBounds, envoyBounds
	if s == contract.SchemaIstio13 {
		durations, sizes = istio13DurationBounds, istio13SizeBounds
	}
	switch {
	case !m.Histogram:
		return nil
	case m.Measure != contract.Duration:
		return or(c.SizeBounds, sizes)
	case m.Seconds:
		return or(seconds(c.DurationBounds), durations)
	default:
		return or(c.DurationBounds, durations)
	}
}

// or gives the bounds that are set, else the schema's own.
func or(set, own []float64) []float64 {
	if len(set) > 0 {
		return set
	}
	return own
}

func seconds(milliseconds []float64) (s []float64) {
	for _, ms := range milliseconds {
		s = append(s, ms/1000)
	}
	return s
}
