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
	// Limit is the number of values that may live at a time, networks included.
	Limit int `mapstructure:"limit"`
	// IdleTimeout is how long a value may stay away before it gives up its slot.
	IdleTimeout time.Duration `mapstructure:"idle_timeout"`
	// MaxSourceShare is the share of the slots that one namespace and workload
	// may hold with values seen only a few times.
	MaxSourceShare float64 `mapstructure:"max_source_share"`
	// GuaranteedShares of the slots, by destination_service_name.
	GuaranteedShares map[string]float64 `mapstructure:"guaranteed_shares"`
	// RollUp is about the networks of addresses without a slot.
	RollUp RollUpConfig `mapstructure:"roll_up"`
	// Networks maps names to lists of prefixes in CIDR notation.
	Networks map[string][]string `mapstructure:"networks"`
	// NetworkLabel makes the network's name the label destination_network
	// instead of a value of this one.
	NetworkLabel configbool.Bool `mapstructure:"network_label"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RollUpConfig is about the networks of addresses without a slot.
type RollUpConfig struct {
	// Share of the slots that is for networks.
	Share float64 `mapstructure:"share"`
	// IPv4 and IPv6 are lengths of prefixes in bits, the longest first.
	IPv4 []int `mapstructure:"ipv4"`
	IPv6 []int `mapstructure:"ipv6"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Unmarshaler = (*LimitsConfig)(nil)
	_ confmap.Validator   = (*LimitConfig)(nil)
)
