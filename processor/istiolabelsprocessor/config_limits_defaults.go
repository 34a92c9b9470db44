package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"time"

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
	// maxLimit keeps a slip of the hand from being a bound that is none.
	maxLimit = 1_000_000
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
