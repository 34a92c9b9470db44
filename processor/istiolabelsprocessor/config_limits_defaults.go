package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

const (
	defaultAddresses = 1000
	// defaultHosts is lower: a host stands on histograms, too.
	defaultHosts = 400
	// defaultCodes is for status codes that no registry has.
	defaultCodes       = 20
	defaultIdleTimeout = time.Hour
	// maxBounded bounds the labels with a limit beside those of addresses.
	maxBounded = 8
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
	limits[contract.ClaimedPeer] = defaultLimit(contract.ClaimedPeer)
	return limits
}

func defaultLimit(label string) LimitConfig {
	c := LimitConfig{
		Limit:            defaultHosts,
		IdleTimeout:      defaultIdleTimeout,
		MaxSourceShare:   0.25,
		GuaranteedShares: map[string]float64{istio.BlackHoleCluster: 0.25, istio.PassthroughCluster: 0.25},
	}
	switch label {
	case contract.ResponseCode.String(), contract.GRPCResponseStatus.String():
		c.Limit = defaultCodes
	case contract.ClaimedPeer:
		c.GuaranteedShares = nil // what leaves the mesh has no peer that is believed
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
		if sub.IsSet("rest_timeout") {
			return fmt.Errorf("`%s::rest_timeout` must not be set, got %v: a slot is given to another value at once, but at most a tenth of the slots in 15s; `idle_timeout` says when a value gives up its slot", label, sub.Get("rest_timeout"))
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
