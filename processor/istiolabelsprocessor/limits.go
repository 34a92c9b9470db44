package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// limitedLabel is a label beside those of addresses whose values are limited, or
// a claimed peer.
type limitedLabel struct {
	name    string         // behind SlotPrefix
	label   contract.Label // NoLabel if it is none of Istio's
	limiter *limit.Limiter
}

// limits are the limiters of a processor, and who keeps their slots.
type limits struct {
	ledger limit.Ledger
	// ip and host are nil if their labels are off.
	ip, host *limit.Limiter
	// peers is that of claimed peers.
	peers  *limit.Limiter
	labels []limitedLabel
	all    []*limit.Limiter
}

func newLimits(cfg *Config, clock func() int64) (*limits, error) {
	l := &limits{ledger: limit.Ledger{Clock: clock}}
	for _, name := range slices.Sorted(maps.Keys(cfg.Limits)) {
		use := cfg.limitUse(name)
		if use == noSuchLabel || use == notInUse {
			continue
		}
		options, err := cfg.limitOptions(name)
		if err != nil {
			return nil, err
		}
		limiter := limit.New(options, &l.ledger)
		l.all = append(l.all, limiter)
		switch name {
		case contract.DestinationIP.String():
			l.ip = limiter
		case contract.DestinationHost.String():
			l.host = limiter
		case contract.ClaimedPeer:
			l.peers = limiter
		default:
			l.labels = append(l.labels, limitedLabel{name, labelOf(cfg.Schema, name), limiter})
		}
	}
	return l, nil
}

// hostLimiter is the limiter of destination_service, if a host can be told apart
// from the other labels: expressions may make any label of it.
func (l *limits) hostLimiter(cfg *Config) *limit.Limiter {
	i := slices.IndexFunc(l.labels, func(b limitedLabel) bool { return b.label == contract.DestinationService })
	if i < 0 || len(cfg.Labels)+len(cfg.Conditions) > 0 {
		return nil
	}
	return l.labels[i].limiter
}

// options of the limiter of a label. Nothing is guaranteed to destinations whose
// records do not have it.
func (cfg *Config) limitOptions(label string) (limit.Options, error) {
	c := cfg.Limits[label]
	if label == contract.DestinationHost.String() && len(c.Networks) == 0 {
		ip := cfg.Limits[contract.DestinationIP.String()]
		c.Networks, c.NetworkLabel = ip.Networks, ip.NetworkLabel
	}
	networks, err := c.networks()
	guaranteed := maps.Clone(c.GuaranteedShares)
	if isAddressLabel(label) {
		maps.DeleteFunc(guaranteed, func(name string, _ float64) bool { return !slices.Contains(cfg.destinations(label), name) })
	}
	return limit.Options{
		Label:          label,
		Limit:          c.Limit,
		IdleTimeout:    c.IdleTimeout,
		RestTimeout:    c.RestTimeout,
		MaxSourceShare: c.MaxSourceShare,
		Guaranteed:     guaranteed,
		RollUpShare:    c.RollUp.Share,
		RollUp:         limit.RollUp{IPv4: c.RollUp.IPv4, IPv6: c.RollUp.IPv6},
		Networks:       networks,
		NetworkApart:   c.NetworkLabel,
	}, err
}
