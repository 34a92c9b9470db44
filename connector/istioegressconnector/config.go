// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
)

// Config of the connector.
type Config struct {
	// MaxRows bounds the rows of the ledger.
	MaxRows int `mapstructure:"max_rows"`
	// Retention is how long a row stays without traffic.
	Retention configform.Duration `mapstructure:"retention"`
	// Page names the extension that shows the ledger. Nothing does without.
	Page *component.ID `mapstructure:"page"`
	// StorageID is a storage extension that keeps the rows over a restart. Without one
	// they begin anew.
	StorageID *component.ID `mapstructure:"storage"`
	// FlushInterval is the time between two flushes of metrics, at least `100ms`.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// ShutdownTimeout is how long a stop tries to send the last flush of metrics.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout"`
	// InstanceID becomes service.instance.id of the metrics, and so the label `instance`.
	// It must be unique for each gateway and the same after a restart. Empty means the
	// name of the host.
	InstanceID string `mapstructure:"instance_id"`
	// ServiceName becomes service.name of the metrics, and so the label `job`.
	ServiceName string `mapstructure:"service_name"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Validator   = (*Config)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

const (
	defaultMaxRows         = 20_000
	defaultRetention       = 30 * configform.Day
	defaultFlushInterval   = 15 * time.Second
	defaultShutdownTimeout = 20 * time.Second
	defaultServiceName     = "otelcol-istio"
	// minRetention keeps rows from going between two looks at the page.
	minRetention = configform.Duration(time.Minute)
	// minInterval keeps a forgotten unit (15 is 15 ns) from being a busy loop, or no
	// time at all.
	minInterval = 100 * time.Millisecond
	// contactsPerSecond is how many first contacts of a workload become log records in
	// a second. A workload that scans has thousands.
	contactsPerSecond = 10
)

func createDefaultConfig() component.Config {
	return &Config{
		MaxRows:         defaultMaxRows,
		Retention:       defaultRetention,
		FlushInterval:   defaultFlushInterval,
		ShutdownTimeout: defaultShutdownTimeout,
		ServiceName:     defaultServiceName,
	}
}

// Unmarshal reads the settings. An error names the key, the value, and the form that the
// key takes.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return configform.Unmarshal(conf, c)
}

// Validate names the key and the value of each mistake.
func (c *Config) Validate() error {
	var errs []error
	if c.MaxRows < ledger.MinRows {
		errs = append(errs, fmt.Errorf("`max_rows` must be at least %d, got %d", ledger.MinRows, c.MaxRows))
	}
	if c.Retention < minRetention {
		errs = append(errs, fmt.Errorf("`retention` must be at least %s, got %s", minRetention, c.Retention))
	}
	errs = append(errs,
		configform.AtLeast("flush_interval", c.FlushInterval, minInterval, "15s"),
		configform.AtLeast("shutdown_timeout", c.ShutdownTimeout, minInterval, "20s"))
	if c.ServiceName == "" {
		errs = append(errs, errors.New("`service_name` must not be empty"))
	}
	return errors.Join(errs...)
}
