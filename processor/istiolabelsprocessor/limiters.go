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

// limitOptions are those of the limiter of a label. Nothing is guaranteed to
// destinations whose records do not have it.
func (c *Config) limitOptions(label string) (limit.Options, error) {
	l := c.Limits[label]
	if label == contract.DestinationHost.String() && len(l.Networks) == 0 {
		ip := c.Limits[contract.DestinationIP.String()]
		l.Networks, l.NetworkLabel = ip.Networks, ip.NetworkLabel
	}
	networks, err := l.networks()
	guaranteed := maps.Clone(l.GuaranteedShares)
	if isAddressLabel(label) {
		maps.DeleteFunc(guaranteed, func(name string, _ float64) bool { return !slices.Contains(c.destinations(label), name) })
	}
	return limit.Options{
		Label:          label,
		Limit:          l.Limit,
		IdleTimeout:    l.IdleTimeout,
		MaxSourceShare: l.MaxSourceShare,
		Guaranteed:     guaranteed,
		RollUpShare:    l.RollUp.Share,
		RollUp:         limit.RollUp{IPv4: l.RollUp.IPv4, IPv6: l.RollUp.IPv6},
		Networks:       networks,
		NetworkApart:   bool(l.NetworkLabel),
	}, err
}
