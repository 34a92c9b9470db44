package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// limitedLabel is a label beside those of addresses whose values are limited.
type limitedLabel struct {
	name    string
	label   contract.Label // NumLabels if it is the user's own
	limiter *limit.Limiter
}

// limits are the limiters of a processor, and who keeps their slots.
type limits struct {
	ledger limit.Ledger
	// ip and host are nil if their labels are off.
	ip, host *limit.Limiter
	labels   []limitedLabel
	all      []*limit.Limiter
}

func newLimits(cfg *Config, clock func() int64) (*limits, error) {
	l := &limits{ledger: limit.Ledger{Clock: clock}}
	for _, name := range slices.Sorted(maps.Keys(cfg.Limits)) {
		if !cfg.limited(name) {
			continue
		}
		set := cfg.Limits[name]
		if name == contract.DestinationHost.String() && len(set.Networks) == 0 {
			set.Networks = cfg.Limits[contract.DestinationIP.String()].Networks
		}
		options, err := set.options(name)
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

// limited tells whether a label with a limit is in use.
func (c *Config) limited(label string) bool {
	switch {
	case slices.Contains(c.Remove, label):
		return false
	case label == contract.DestinationIP.String():
		return c.DestinationIP.Enabled == on
	case label == contract.DestinationHost.String():
		return c.DestinationHost.Enabled == on
	case isAddressLabel(label):
		return false
	default:
		_, usersOwn := c.Labels[label]
		return usersOwn || labelOf(c.Schema, label) != contract.NumLabels
	}
}

// labelOf is the label of the schema that has this name, else NumLabels.
func labelOf(s contract.Schema, name string) contract.Label {
	l, ok := contract.LabelByName(name)
	if !ok || !slices.Contains(s.Labels(contract.HTTP), l) {
		return contract.NumLabels
	}
	return l
}

func (c LimitConfig) options(label string) (limit.Options, error) {
	networks, err := c.networks()
	return limit.Options{
		Label:          label,
		Limit:          c.Limit,
		IdleTimeout:    c.IdleTimeout,
		RestTimeout:    c.RestTimeout,
		MaxSourceShare: c.MaxSourceShare,
		Guaranteed:     c.GuaranteedShares,
		RollUpShare:    c.RollUp.Share,
		RollUp:         limit.RollUp{IPv4: c.RollUp.IPv4, IPv6: c.RollUp.IPv6},
		Networks:       networks,
		NetworkApart:   c.NetworkLabel,
	}, err
}
