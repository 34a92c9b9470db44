package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"net"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// DestinationHostConfig is about the label destination_host.
type DestinationHostConfig struct {
	// Enabled is `on` or `off`.
	Enabled string `mapstructure:"enabled"`
	// Destinations lists the values of destination_service_name whose records
	// get the label.
	Destinations []string `mapstructure:"destinations"`
	// LearnedNames are those of addresses, from earlier records.
	LearnedNames LearnedNamesConfig `mapstructure:"learned_names"`
	// ReverseDNS asks for names of addresses.
	ReverseDNS ReverseDNSConfig `mapstructure:"reverse_dns"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// LearnedNamesConfig is about names of addresses from earlier records.
type LearnedNamesConfig struct {
	// MaxNames bounds how many are remembered; 0 learns none.
	MaxNames int `mapstructure:"max_names"`
	// TTL is how long a name holds after it was last seen.
	TTL time.Duration `mapstructure:"ttl"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ReverseDNSConfig is about asking DNS.
type ReverseDNSConfig struct {
	// Enabled is `on` or `off`.
	Enabled string `mapstructure:"enabled"`
	// Server is `HOST:PORT`; empty means the system's.
	Server string `mapstructure:"server"`
	// Private asks about private addresses, too.
	Private bool `mapstructure:"private"`
	// Workers is how many addresses are asked about at a time, MaxQueue how many
	// wait, and MaxEntries how many answers are remembered.
	Workers    int `mapstructure:"workers"`
	MaxQueue   int `mapstructure:"max_queue"`
	MaxEntries int `mapstructure:"max_entries"`
	// Timeout of all questions about one address.
	Timeout time.Duration `mapstructure:"timeout"`
	// PositiveTTL and NegativeTTL are how long answers hold.
	PositiveTTL time.Duration `mapstructure:"positive_ttl"`
	NegativeTTL time.Duration `mapstructure:"negative_ttl"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Validator = (*DestinationHostConfig)(nil)
	_ confmap.Validator = (*LearnedNamesConfig)(nil)
	_ confmap.Validator = (*ReverseDNSConfig)(nil)
)

func defaultDestinationHost() DestinationHostConfig {
	return DestinationHostConfig{
		Enabled:      off,
		Destinations: []string{istio.BlackHoleCluster, istio.PassthroughCluster, istio.AllowAnyDynamicDNSCluster},
		LearnedNames: LearnedNamesConfig{MaxNames: 10_000, TTL: time.Hour},
		ReverseDNS: ReverseDNSConfig{
			Enabled: off, Workers: 4, MaxQueue: 1000, MaxEntries: 10_000,
			Timeout: 2 * time.Second, PositiveTTL: time.Hour, NegativeTTL: 10 * time.Minute,
		},
	}
}

// Validate checks the switch, and that it has something to switch.
func (c *DestinationHostConfig) Validate() error {
	return validateSwitch(c.Enabled, c.Destinations)
}

// Validate checks the bounds.
func (c *LearnedNamesConfig) Validate() error {
	var errs error
	if c.MaxNames < 0 {
		errs = fmt.Errorf("`max_names` must not be negative, got %d", c.MaxNames)
	}
	return errors.Join(errs, positive("ttl", c.TTL))
}

// Validate checks the switch, the server and the bounds.
func (c *ReverseDNSConfig) Validate() error {
	err := oneOf("enabled", c.Enabled, on, off)
	if c.Server != "" {
		if _, _, splitErr := net.SplitHostPort(c.Server); splitErr != nil {
			err = errors.Join(err, fmt.Errorf("`server` must be HOST:PORT, got %q", c.Server))
		}
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"workers", c.Workers}, {"max_queue", c.MaxQueue}, {"max_entries", c.MaxEntries}} {
		if n.value < 1 {
			err = errors.Join(err, fmt.Errorf("`%s` must be at least 1, got %d", n.key, n.value))
		}
	}
	return errors.Join(err, positive("timeout", c.Timeout), positive("positive_ttl", c.PositiveTTL), positive("negative_ttl", c.NegativeTTL))
}

// positive catches a forgotten unit, too: 15 is 15 ns.
func positive(key string, d time.Duration) error {
	if d >= time.Millisecond {
		return nil
	}
	return fmt.Errorf("`%s` must be at least 1ms, got %v (a number needs a unit, as in 10s)", key, d)
}
