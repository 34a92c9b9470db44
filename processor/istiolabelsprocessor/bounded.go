package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// bound is a label beside those of addresses whose values are limited.
type bound struct {
	name    string
	label   contract.Label // NumLabels if it is the user's own
	limiter *limit.Limiter
}

// boundedValue is a value of a label set that needs a slot.
type boundedValue struct {
	bound
	extra int // where it stands among extra labels, if it is one
	value string
}

// limits are the limiters of a processor, and who keeps their slots.
type limits struct {
	ledger limit.Ledger
	// ip and host are nil if their labels are off.
	ip, host *limit.Limiter
	bounds   []bound
	all      []*limit.Limiter
}

func newLimits(cfg *Config) (*limits, error) {
	l := &limits{}
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
			l.bounds = append(l.bounds, bound{name, labelOf(cfg.Schema, name), limiter})
		}
	}
	return l, nil
}

// hostLimiter is the limiter of destination_service, if a host can be told apart
// from the other labels: expressions may make any label of it.
func (l *limits) hostLimiter(cfg *Config) *limit.Limiter {
	i := slices.IndexFunc(l.bounds, func(b bound) bool { return b.label == contract.DestinationService })
	if i < 0 || len(cfg.Labels)+len(cfg.Conditions) > 0 {
		return nil
	}
	return l.bounds[i].limiter
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

// boundedValues finds the values that need a slot.
func (m *setMaker) boundedValues(v *labelValues) (values []boundedValue) {
	for _, b := range m.bounds {
		if b.label == contract.NumLabels {
			i := slices.IndexFunc(v.extra, func(e extraLabel) bool { return e.name == b.name })
			if i >= 0 && v.extra[i].value != istio.Unknown && v.extra[i].value != "" {
				values = append(values, boundedValue{b, i, v.extra[i].value})
			}
			continue
		}
		value := v.labels[b.label]
		if value == "" || value == b.label.Default() || istio.Finite(b.label, value, v.hostClaimed) {
			continue
		}
		values = append(values, boundedValue{b, -1, value})
	}
	return values
}

// bound gives the set that a record's labels end in: its own, if each of the
// bounded values has a slot, or one in which fallbacks stand.
func (w *worker) bound(set *labelSet) *labelSet {
	var said [maxBounded]string
	lost := 0
	for i := range set.bounded {
		b := &set.bounded[i]
		if w.hostAsked && b.label == contract.DestinationService {
			said[i] = b.value
			continue
		}
		said[i] = b.limiter.Name(b.value, netip.Addr{}, &set.asker, w.now).Value
		if said[i] != b.value {
			lost++
		}
	}
	if lost == 0 {
		return set
	}
	all := lost == len(set.bounded)
	if all {
		if known := set.fallback.Load(); known != nil {
			return known
		}
	}
	v := set.labelValues
	v.extra = slices.Clone(v.extra)
	for i := range set.bounded {
		set.bounded[i].replace(&v, said[i])
	}
	fallback := w.remember(v)
	if all {
		set.fallback.Store(fallback)
	}
	return fallback
}

// replace puts a fallback in place of a value. Where the host stands in for the
// service's name, too, both go.
func (b *boundedValue) replace(v *labelValues, value string) {
	switch {
	case b.extra >= 0:
		v.extra[b.extra].value = value
	case b.label == contract.DestinationService && v.labels[contract.DestinationServiceName] == b.value:
		v.labels[contract.DestinationServiceName] = value
		fallthrough
	default:
		v.labels[b.label] = value
	}
}
