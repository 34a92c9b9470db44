// SPDX-License-Identifier: Apache-2.0

package gogcextension // import "github.com/otelcol-istio/otelcol-istio/extension/gogcextension"

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
)

// Config of the extension.
type Config struct {
	// Percent is how much the heap may grow, relative to what is alive, before the
	// next collection, as in GOGC.
	Percent int `mapstructure:"percent"`
	// MemoryLimitMiB is what the Collector may use, in MiB, as memory_limiter's
	// limit_mib. From 60 % of it on, collections come more often. It must be set.
	MemoryLimitMiB int `mapstructure:"memory_limit_mib"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Validator   = (*Config)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

// Unmarshal says what form a value must have.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return configform.Unmarshal(conf, c)
}

func createDefaultConfig() component.Config {
	return &Config{Percent: 400}
}

// Validate names the key and the value of each mistake.
func (c *Config) Validate() error {
	var errs []error
	if c.Percent <= 0 {
		errs = append(errs, fmt.Errorf("`percent` must be positive, got %d", c.Percent))
	}
	if c.MemoryLimitMiB <= 0 {
		errs = append(errs, fmt.Errorf("`memory_limit_mib` must be positive, got %d", c.MemoryLimitMiB))
	}
	return errors.Join(errs...)
}
