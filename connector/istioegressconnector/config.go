// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
)

// Config of the connector.
type Config struct {
	// MaxRows bounds the rows of the ledger.
	MaxRows int `mapstructure:"max_rows"`
	// Retention is how long a row stays without traffic.
	Retention time.Duration `mapstructure:"retention"`
	// Page names the extension that shows the ledger. Nothing does without.
	Page *component.ID `mapstructure:"page"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var _ confmap.Validator = (*Config)(nil)

const (
	defaultMaxRows   = 20_000
	defaultRetention = 30 * 24 * time.Hour
	// minRetention keeps rows from going between two looks at the page.
	minRetention = time.Minute
	// contactsPerSecond is how many first contacts of a workload become log records in
	// a second. A workload that scans has thousands.
	contactsPerSecond = 10
)

func createDefaultConfig() component.Config {
	return &Config{MaxRows: defaultMaxRows, Retention: defaultRetention}
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
	return errors.Join(errs...)
}
