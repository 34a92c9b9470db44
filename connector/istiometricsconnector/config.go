// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const (
	defaultFlushInterval = 15 * time.Second
	defaultServiceName   = "otelcol-istio"

	defaultShutdownTimeout = 20 * time.Second

	defaultMaxSeries         = 100_000
	defaultSeriesIdleTimeout = time.Hour
)

var (
	_ confmap.Validator   = (*Config)(nil)
	_ confmap.Validator   = (*HistogramConfig)(nil)
	_ confmap.Unmarshaler = (*MetricConfig)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

// Config holds the settings of the connector.
type Config struct {
	// FlushInterval is the time between two collections, at least `100ms`.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// ShutdownTimeout is how long a stop tries to send the last flush.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout"`
	// InstanceID becomes service.instance.id, and so the label `instance`. It must
	// be unique for each gateway and the same after a restart. Empty means the
	// name of the host.
	InstanceID string `mapstructure:"instance_id"`
	// ServiceName becomes service.name, and so the label `job`.
	ServiceName string `mapstructure:"service_name"`
	// MaxSeries is the most series in memory, and so in a flush, counted as remote
	// write sends them. Records that do not fit are counted in overflow series.
	MaxSeries int `mapstructure:"max_series"`
	// SeriesIdleTimeout is the time after which a series that does not change ends.
	// Longer than `flush_interval`, or 0: it never ends for that.
	SeriesIdleTimeout time.Duration `mapstructure:"series_idle_timeout"`
	// Metrics by name, of any schema. One that is not listed is on.
	Metrics map[string]MetricConfig `mapstructure:"metrics"`
	// Histogram says how values are counted by size.
	Histogram HistogramConfig `mapstructure:"histogram"`
	// StorageID is a storage extension that keeps the series over a restart. Without one
	// they begin anew.
	StorageID *component.ID `mapstructure:"storage"`
	// Exemplars says whether points name traces.
	Exemplars ExemplarsConfig `mapstructure:"exemplars"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// MetricConfig holds the settings of one metric.
type MetricConfig struct {
	// Enabled counts the metric, in each schema that has it.
	Enabled configbool.Bool `mapstructure:"enabled"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ExemplarsConfig holds the settings of exemplars.
type ExemplarsConfig struct {
	// Enabled adds the trace of one record to each bucket and counter that
	// moved between two collections, where records have one.
	Enabled configbool.Bool `mapstructure:"enabled"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal sets the default of what is not set: the map that holds metrics
// has none to begin with.
func (c *MetricConfig) Unmarshal(conf *confmap.Conf) error {
	c.Enabled = true
	return conf.Unmarshal(c)
}

const (
	// minFlushInterval keeps a forgotten unit (15 is 15 ns) from being a busy loop.
	minFlushInterval = 100 * time.Millisecond
	// minShutdownTimeout keeps a forgotten unit from being no time at all.
	minShutdownTimeout = 100 * time.Millisecond
)

// Validate checks the connector's own settings. The nested ones check themselves.
func (c *Config) Validate() error {
	errs := errors.Join(
		configform.AtLeast("flush_interval", c.FlushInterval, minFlushInterval, "15s"),
		configform.AtLeast("shutdown_timeout", c.ShutdownTimeout, minShutdownTimeout, "20s"))
	if c.ServiceName == "" {
		errs = errors.Join(errs, errors.New("`service_name` must not be empty"))
	}
	if c.SeriesIdleTimeout != 0 && c.SeriesIdleTimeout <= c.FlushInterval {
		errs = errors.Join(errs, fmt.Errorf("`series_idle_timeout` must be 0 or longer than `flush_interval` (%v), got %v", c.FlushInterval, c.SeriesIdleTimeout))
	}
	return errors.Join(errs, c.validateMetrics(), c.validateMaxSeries())
}

func (c *Config) validateMaxSeries() error {
	if c.Histogram.Validate() != nil {
		return nil // without it nobody knows how many series a record takes
	}
	if least := c.aggregateOptions().MinSeries(); c.MaxSeries < least {
		return fmt.Errorf("`max_series` must be at least %d with these metrics and histograms, got %d", least, c.MaxSeries)
	}
	return nil
}

func (c *Config) validateMetrics() error {
	var errs error
	known := metricNames()
	for _, name := range slices.Sorted(maps.Keys(c.Metrics)) {
		if !slices.Contains(known, name) {
			errs = errors.Join(errs, fmt.Errorf("`metrics` must hold names of metrics, of %q, got %q", known, name))
		}
	}
	return errs
}

// metricNames lists the names of the metrics of all schemas, each once.
func metricNames() (names []string) {
	for _, schema := range contract.Schemas {
		for _, m := range schema.Metrics() {
			if !slices.Contains(names, m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

// Unmarshal refuses keys that are gone and says what came in their place. It says
// what form a value must have.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if conf.IsSet("schema") {
		return fmt.Errorf("`schema` is gone, got %q: each record counts under the schema that the processor gave it, see `schema` of `istio_labels`; `histogram::duration_bounds` are in milliseconds for all schemas", conf.Get("schema"))
	}
	return configform.Unmarshal(conf, c)
}

func createDefaultConfig() component.Config {
	return &Config{
		FlushInterval:     defaultFlushInterval,
		ShutdownTimeout:   defaultShutdownTimeout,
		ServiceName:       defaultServiceName,
		MaxSeries:         defaultMaxSeries,
		SeriesIdleTimeout: defaultSeriesIdleTimeout,
		Histogram: HistogramConfig{
			Kind:    HistogramExplicit,
			MaxSize: defaultMaxSize,
		},
		Exemplars: ExemplarsConfig{Enabled: true},
	}
}
