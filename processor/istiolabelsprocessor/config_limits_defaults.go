// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
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
		Limit:       defaultHosts,
		IdleTimeout: defaultIdleTimeout,
		Fixed: LimitConstants{
			MaxSourceShare:   0.25,
			GuaranteedShares: map[string]float64{istio.BlackHoleCluster: 0.25, istio.PassthroughCluster: 0.25},
			RollUpShare:      0.2,
		},
	}
	switch label {
	case contract.ResponseCode.String(), contract.GRPCResponseStatus.String():
		c.Limit = defaultCodes
	case contract.ClaimedPeer:
		c.Fixed.GuaranteedShares = nil // what leaves the mesh has no peer that is believed
	case contract.DestinationIP.String(), contract.DestinationHost.String():
		c.Limit = defaultAddresses
		c.RollUp = true
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
			return configform.At(label, fmt.Errorf("must hold settings: %w", err))
		}
		if err := refuseRemoved(sub, removedFromLimits); err != nil {
			return configform.At(label, err)
		}
		l := defaultLimit(label)
		if err := configform.Unmarshal(sub, &l); err != nil {
			return configform.At(label, err)
		}
		limits[label] = l
	}
	*c = limits
	return nil
}
