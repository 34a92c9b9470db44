package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// DestinationHostConfig is about the label destination_host.
type DestinationHostConfig struct {
	// Enabled writes the label.
	Enabled configbool.Bool `mapstructure:"enabled"`
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
	// Enabled asks DNS.
	Enabled configbool.Bool `mapstructure:"enabled"`
	// Endpoint of the resolver, `HOST:PORT`; empty means the system's.
	Endpoint string `mapstructure:"endpoint"`
	// Private asks about private addresses, too.
	Private configbool.Bool `mapstructure:"private"`
	// NumConsumers is how many addresses are asked about at a time, QueueSize how
	// many wait, and MaxEntries how many answers are remembered.
	NumConsumers int `mapstructure:"num_consumers"`
	QueueSize    int `mapstructure:"queue_size"`
	MaxEntries   int `mapstructure:"max_entries"`
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
		Destinations: slices.Clone(contract.OutsideDestinations),
		LearnedNames: LearnedNamesConfig{MaxNames: 10_000, TTL: time.Hour},
		ReverseDNS: ReverseDNSConfig{
			NumConsumers: 4, QueueSize: 1000, MaxEntries: 10_000,
			Timeout: 2 * time.Second, PositiveTTL: time.Hour, NegativeTTL: 10 * time.Minute,
		},
	}
}

// Validate checks that some records get the label if it is enabled.
func (c *DestinationHostConfig) Validate() error {
	return validateDestinations(c.Enabled, c.Destinations)
}

// Validate checks the bounds.
func (c *LearnedNamesConfig) Validate() error {
	return errors.Join(between("max_names", c.MaxNames, 0, maxLimit), atLeast("ttl", c.TTL, time.Second))
}

// Validate checks the server and the bounds.
func (c *ReverseDNSConfig) Validate() error {
	var err error
	if c.Endpoint != "" {
		if host, port, splitErr := net.SplitHostPort(c.Endpoint); splitErr != nil || host == "" || port == "" {
			err = errors.Join(err, fmt.Errorf("`endpoint` must be HOST:PORT, got %q", c.Endpoint))
		}
	}
	return errors.Join(err,
		between("num_consumers", c.NumConsumers, 1, maxConsumers),
		between("queue_size", c.QueueSize, 1, maxLimit),
		between("max_entries", c.MaxEntries, 1, maxLimit),
		atLeast("timeout", c.Timeout, time.Millisecond),
		atLeast("positive_ttl", c.PositiveTTL, time.Second),
		atLeast("negative_ttl", c.NegativeTTL, time.Second))
}

// maxConsumers is more than any resolver likes to be asked at a time.
const maxConsumers = 1000
