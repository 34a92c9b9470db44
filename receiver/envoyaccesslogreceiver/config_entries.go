// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
)

const (
	defaultWait         = 3 * time.Second
	defaultMaxMemoryMiB = 64
	maxWait             = time.Minute
	maxMaxMemoryMiB     = 1 << 20
)

var _ confmap.Validator = (*EntriesConfig)(nil)

// EntriesConfig says which entries become records.
type EntriesConfig struct {
	// Keep says which entries of ALS become records. `auto`: one of each event.
	// `native`: those of the logger of the traffic's kind. `all`: every entry.
	Keep als.Keep `mapstructure:"keep"`
	// Wait is how long an entry may wait for the other entry of its event.
	Wait time.Duration `mapstructure:"wait"`
	// MaxMemoryMiB is the memory, in MiB, for entries that wait and for those that
	// were passed on.
	MaxMemoryMiB int `mapstructure:"max_memory_mib"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate reports every mistake at once, each with its key and value.
func (c *EntriesConfig) Validate() error {
	var errs []error
	if !slices.Contains(als.Keeps, c.Keep) {
		errs = append(errs, fmt.Errorf("`keep` must be one of %q, got %q", als.Keeps, c.Keep))
	}
	if c.Wait <= 0 || c.Wait > maxWait {
		errs = append(errs, fmt.Errorf("`wait` must be above 0 and at most %v, got %v", maxWait, c.Wait))
	}
	if c.MaxMemoryMiB < 1 || c.MaxMemoryMiB > maxMaxMemoryMiB {
		errs = append(errs, fmt.Errorf("`max_memory_mib` must be between 1 and %d, got %d", maxMaxMemoryMiB, c.MaxMemoryMiB))
	}
	return errors.Join(errs...)
}

func defaultEntries() EntriesConfig {
	return EntriesConfig{Keep: als.KeepAuto, Wait: defaultWait, MaxMemoryMiB: defaultMaxMemoryMiB}
}
