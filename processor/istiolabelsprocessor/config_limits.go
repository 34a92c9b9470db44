package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

const (
	defaultAddresses = 1000
	// defaultHosts is lower: a host stands on histograms, too.
	defaultHosts = 400
	// defaultCodes is for status codes that no registry has.
	defaultCodes       = 20
	defaultIdleTimeout = time.Hour
	// defaultRestTimeout is the connector's series_idle_timeout and some flushes.
	defaultRestTimeout = defaultIdleTimeout + 5*time.Minute
	// maxLimit keeps a slip of the hand from being a bound that is none.
	maxLimit = 1_000_000
	// maxBounded bounds the labels with a limit beside those of addresses.
	maxBounded = 8
)

// LimitsConfig maps names of labels to the limits of their values.
type LimitsConfig map[string]LimitConfig

// LimitConfig bounds the values of one label.
type LimitConfig struct {
	// Limit is the number of values that may live at a time, networks included.
	Limit int `mapstructure:"limit"`
	// IdleTimeout is how long a value may stay away before it gives up its slot.
	IdleTimeout time.Duration `mapstructure:"idle_timeout"`
	// RestTimeout is how long a slot rests where no connector of this process
	// tells that the series of its value have ended.
	RestTimeout time.Duration `mapstructure:"rest_timeout"`
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
	NetworkLabel bool `mapstructure:"network_label"`

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

// limitedByDefault are the labels that outsiders can write.
var limitedByDefault = []contract.Label{
	contract.DestinationIP, contract.DestinationHost, contract.DestinationService, contract.ResponseCode, contract.GRPCResponseStatus,
}

func defaultLimits() LimitsConfig {
	limits := LimitsConfig{}
	for _, l := range limitedByDefault {
		limits[l.String()] = defaultLimit(l.String())
	}
	return limits
}

func defaultLimit(label string) LimitConfig {
	c := LimitConfig{
		Limit:            defaultHosts,
		IdleTimeout:      defaultIdleTimeout,
		RestTimeout:      defaultRestTimeout,
		MaxSourceShare:   0.25,
		GuaranteedShares: map[string]float64{istio.BlackHoleCluster: 0.25, istio.PassthroughCluster: 0.25},
	}
	switch label {
	case contract.ResponseCode.String(), contract.GRPCResponseStatus.String():
		c.Limit = defaultCodes
	case contract.DestinationIP.String(), contract.DestinationHost.String():
		c.Limit = defaultAddresses
		c.RollUp = RollUpConfig{Share: 0.2, IPv4: []int{24, 16}, IPv6: []int{64, 48}}
	}
	return c
}

// Unmarshal lets each label begin with its own defaults: a map of settings has
// none to begin with.
func (c *LimitsConfig) Unmarshal(conf *confmap.Conf) error {
	limits := defaultLimits()
	for label := range conf.ToStringMap() {
		sub, err := conf.Sub(label)
		if err != nil {
			return fmt.Errorf("`%s` must hold settings: %w", label, err)
		}
		l := defaultLimit(label)
		if sub.IsSet("guaranteed_shares") {
			l.GuaranteedShares = nil // replaced, not merged
		}
		if err := sub.Unmarshal(&l); err != nil {
			return fmt.Errorf("`%s`: %w", label, err)
		}
		limits[label] = l
	}
	*c = limits
	return nil
}

// Validate checks one label's numbers.
func (c *LimitConfig) Validate() error {
	_, err := c.networks()
	sum := 0.0
	for _, name := range slices.Sorted(maps.Keys(c.GuaranteedShares)) {
		share := c.GuaranteedShares[name]
		err = errors.Join(err, aShare("guaranteed_shares::"+name, share))
		sum += share
	}
	if sum > 1+1e-9 { // 0.1 thrice and 0.7 are a little more
		err = errors.Join(err, fmt.Errorf("`guaranteed_shares` must not add up to more than 1, got %v", sum))
	}
	if c.Limit < 1 || c.Limit > maxLimit {
		err = errors.Join(err, fmt.Errorf("`limit` must be between 1 and %d, got %d", maxLimit, c.Limit))
	}
	if c.IdleTimeout < time.Second {
		err = errors.Join(err, fmt.Errorf("`idle_timeout` must be at least 1s, got %v (a number needs a unit, as in 1h)", c.IdleTimeout))
	}
	if c.RestTimeout < time.Second {
		err = errors.Join(err, fmt.Errorf("`rest_timeout` must be at least 1s, got %v", c.RestTimeout))
	}
	return errors.Join(err,
		aShare("max_source_share", c.MaxSourceShare),
		aShare("roll_up::share", c.RollUp.Share),
		prefixLengths("roll_up::ipv4", c.RollUp.IPv4, 32),
		prefixLengths("roll_up::ipv6", c.RollUp.IPv6, 128))
}

func aShare(key string, share float64) error {
	if share >= 0 && share <= 1 {
		return nil
	}
	return fmt.Errorf("`%s` must be between 0 and 1, got %v", key, share)
}

func prefixLengths(key string, lengths []int, most int) error {
	for i, bits := range lengths {
		if bits < 1 || bits >= most || i > 0 && bits >= lengths[i-1] {
			return fmt.Errorf("`%s` must be lengths of prefixes from 1 to %d, the longest first, got %v", key, most-1, lengths)
		}
	}
	return nil
}

// networks parses the prefixes.
func (c *LimitConfig) networks() (map[string][]netip.Prefix, error) {
	parsed, owner := map[string][]netip.Prefix{}, map[netip.Prefix]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(c.Networks)) {
		if name == limit.Other || name == istio.Unknown || contract.CleanValue(name) != name || name == "" {
			errs = append(errs, fmt.Errorf("`networks` must have names of at most %d bytes that are not %q or %q, got %q", contract.MaxValueLen, limit.Other, istio.Unknown, name))
		}
		if _, err := netip.ParseAddr(name); err == nil {
			errs = append(errs, fmt.Errorf("`networks` must have names that are no addresses, got %q", name))
		}
		for _, text := range c.Networks[name] {
			prefix, err := netip.ParsePrefix(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("`networks::%s` must hold prefixes in CIDR notation, got %q", name, text))
				continue
			}
			if other, ok := owner[prefix.Masked()]; ok && other != name {
				errs = append(errs, fmt.Errorf("`networks::%s` and `networks::%s` both hold %q", other, name, text))
			}
			owner[prefix.Masked()] = name
			parsed[name] = append(parsed[name], prefix)
		}
	}
	return parsed, errors.Join(errs...)
}

// validateLimits checks what depends on the other settings.
func (c *Config) validateLimits() error {
	var errs []error
	bounded := 0
	for _, name := range slices.Sorted(maps.Keys(c.Limits)) {
		l, standard := contract.LabelByName(name)
		_, usersOwn := c.Labels[name]
		set := c.Limits[name]
		address := name == contract.DestinationIP.String() || name == contract.DestinationHost.String()
		switch {
		case address:
		case !usersOwn && standard && slices.Contains(limitedByDefault, l) && !slices.Contains(c.Schema.Labels(contract.HTTP), l):
			// Limited by default, and the schema does not have it.
		case usersOwn, standard && slices.Contains(c.Schema.Labels(contract.HTTP), l):
			if bounded++; set.RollUp.IPv4 != nil || set.RollUp.IPv6 != nil || set.RollUp.Share != 0 || set.Networks != nil || set.NetworkLabel {
				errs = append(errs, fmt.Errorf("`limits::%s` must not have `roll_up`, `networks` or `network_label`: its values are no addresses", name))
			}
		case c.Schema.Validate() == nil:
			errs = append(errs, fmt.Errorf("`limits` must name labels of the schema or of `labels`, got %q", name))
		}
	}
	if bounded > maxBounded {
		errs = append(errs, fmt.Errorf("`limits` must hold at most %d labels beside those of addresses, got %d", maxBounded, bounded))
	}
	return errors.Join(errs...)
}
