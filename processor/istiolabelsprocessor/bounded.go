package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// boundedValue is a value of a label set that needs a slot.
type boundedValue struct {
	limitedLabel
	extra int // where it stands among extra labels, if it is one
	value string
}

// boundedValues finds the values that need a slot.
func (m *setMaker) boundedValues(v *labelValues) (values []boundedValue) {
	for _, b := range m.limited {
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

// resolve gives the set that a record's labels end in: its own, if each of the
// bounded values has a slot, or one in which fallbacks stand.
func (w *worker) resolve(set *labelSet) *labelSet {
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
