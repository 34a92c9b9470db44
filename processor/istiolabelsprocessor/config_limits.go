// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
)

// LimitsConfig maps names of labels to the limits of their values.
type LimitsConfig map[string]LimitConfig

// LimitConfig bounds the values of one label.
type LimitConfig struct {
	// Limit is the number of slots, 1 to 1000000: the most values at a time,
	// networks included.
	Limit int `mapstructure:"limit"`
	// IdleTimeout is how long a value may stay away before it gives up its slot.
	IdleTimeout time.Duration `mapstructure:"idle_timeout"`
	// RollUp counts addresses without a slot under their networks: `/24` and `/16`,
	// or `/64` and `/48` of IPv6. A tenth of the slots is for each length.
	RollUp configbool.Bool `mapstructure:"roll_up"`
	// Networks maps names to lists of prefixes in CIDR notation. The addresses in
	// them are counted under the name. The smallest prefix counts.
	Networks map[string][]string `mapstructure:"networks"`
	// NetworkLabel makes the name of the network the label destination_network. Its
	// addresses are then values like others.
	NetworkLabel configbool.Bool `mapstructure:"network_label"`

	// Fixed are no keys.
	Fixed LimitConstants `mapstructure:"-"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// LimitConstants are the same for every user. They stand here so that tests can
// look at other values, too.
type LimitConstants struct {
	// MaxSourceShare is the share of the slots that one namespace and workload
	// may hold with values seen only a few times.
	MaxSourceShare float64
	// GuaranteedShares of the slots, by destination_service_name.
	GuaranteedShares map[string]float64
	// RollUpShare of the slots is for networks.
	RollUpShare float64

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Unmarshaler = (*LimitsConfig)(nil)
	_ confmap.Validator   = (*LimitConfig)(nil)
)
