// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/bound"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// newLimiters makes a limiter for each limit in use, and tells the maker of sets
// which of their values need a slot.
func newLimiters(cfg *Config, m *labelset.Maker) (bound.Options, error) {
	o := bound.Options{Maker: m}
	for _, name := range slices.Sorted(maps.Keys(cfg.Limits)) {
		use := cfg.limitUse(name)
		if use == noSuchLabel || use == notInUse {
			continue
		}
		options, err := cfg.limitOptions(name)
		if err != nil {
			return o, err
		}
		limiter := limit.New(options)
		switch name {
		case contract.DestinationIP.String():
			o.IP = limiter
		case contract.DestinationHost.String():
			o.Host = limiter
		case contract.ClaimedPeer:
			o.Peers, m.LimitedPeers = limiter, true
		default:
			o.Labels = append(o.Labels, limiter)
			m.Limited = append(m.Limited, labelset.Limited{Name: name, Label: labelset.LabelOf(cfg.Schema, name)})
		}
	}
	return o, nil
}

// networksOfAddresses are what addresses without a slot are counted under: sites,
// and the networks that are announced on the Internet.
var networksOfAddresses = limit.RollUp{IPv4: []int{24, 16}, IPv6: []int{64, 48}}

// limitOptions are those of the limiter of a label. Nothing is guaranteed to
// destinations whose records do not have it.
func (c *Config) limitOptions(label string) (limit.Options, error) {
	l := c.Limits[label]
	if label == contract.DestinationHost.String() && len(l.Networks) == 0 {
		ip := c.Limits[contract.DestinationIP.String()]
		l.Networks, l.NetworkLabel = ip.Networks, ip.NetworkLabel
	}
	networks, err := l.networks()
	guaranteed := maps.Clone(l.Fixed.GuaranteedShares)
	if isAddressLabel(label) {
		maps.DeleteFunc(guaranteed, func(name string, _ float64) bool { return !slices.Contains(c.destinations(label), name) })
	}
	var rollUp limit.RollUp
	if l.RollUp {
		rollUp = networksOfAddresses
	}
	return limit.Options{
		Label:          label,
		Limit:          l.Limit,
		IdleTimeout:    l.IdleTimeout,
		MaxSourceShare: l.Fixed.MaxSourceShare,
		Guaranteed:     guaranteed,
		RollUpShare:    l.Fixed.RollUpShare,
		RollUp:         rollUp,
		Networks:       networks,
		NetworkApart:   bool(l.NetworkLabel),
	}, err
}
