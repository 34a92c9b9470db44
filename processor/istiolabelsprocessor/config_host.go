// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"fmt"
	"net"
	"slices"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// DestinationHostConfig is about the label destination_host.
type DestinationHostConfig struct {
	// Enabled writes the label destination_host.
	Enabled configbool.Bool `mapstructure:"enabled"`
	// Destinations lists the values of destination_service_name whose records
	// get the label.
	Destinations []string `mapstructure:"destinations"`
	// LearnedNames uses names of addresses from earlier records.
	LearnedNames configbool.Bool `mapstructure:"learned_names"`
	// ReverseDNS asks for names of addresses.
	ReverseDNS ReverseDNSConfig `mapstructure:"reverse_dns"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ReverseDNSConfig is about asking DNS.
type ReverseDNSConfig struct {
	// Enabled asks DNS for names of addresses that have no other.
	Enabled configbool.Bool `mapstructure:"enabled"`
	// Endpoint is the resolver to ask, `HOST:PORT`. Empty means the system's.
	Endpoint string `mapstructure:"endpoint"`
	// Private asks about private addresses, too. Not for a public resolver.
	Private configbool.Bool `mapstructure:"private"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Validator = (*DestinationHostConfig)(nil)
	_ confmap.Validator = (*ReverseDNSConfig)(nil)
)

func defaultDestinationHost() DestinationHostConfig {
	return DestinationHostConfig{
		Destinations: slices.Clone(contract.OutsideDestinations),
		LearnedNames: true,
	}
}

// Validate checks that some records get the label if it is enabled.
func (c *DestinationHostConfig) Validate() error {
	return validateDestinations(c.Enabled, c.Destinations)
}

// Validate checks the server.
func (c *ReverseDNSConfig) Validate() error {
	if c.Endpoint == "" {
		return nil
	}
	if host, port, err := net.SplitHostPort(c.Endpoint); err != nil || host == "" || port == "" {
		return fmt.Errorf("`endpoint` must be HOST:PORT, got %q", c.Endpoint)
	}
	return nil
}
