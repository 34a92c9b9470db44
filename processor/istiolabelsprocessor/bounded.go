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
	claim istio.Claim
	value string
}

// boundedValues finds the values that need a slot.
func (m *setMaker) boundedValues(v *labelValues) (values []boundedValue) {
	for _, b := range m.limited {
		if b.label == contract.NoLabel {
			i := slices.IndexFunc(v.extra, func(e extraLabel) bool { return e.name == b.name })
			if i >= 0 && v.extra[i].value != istio.Unknown && v.extra[i].value != "" {
				values = append(values, boundedValue{b, i, istio.NotClaimed, v.extra[i].value})
			}
			continue
		}
		value := v.labels[b.label]
		if value == "" || value == b.label.Default() || istio.Finite(b.label, value, v.claims[b.label]) {
			continue
		}
		values = append(values, boundedValue{b, -1, v.claims[b.label], value})
	}
	return m.appendPeers(values, v)
}

// claimedPeers are the sides that may be claimed.
var claimedPeers = [contract.NumPeers]istio.Claim{
	contract.SourcePeer:      istio.ClaimedSource,
	contract.DestinationPeer: istio.ClaimedDestination,
}

// appendPeers adds the peers that only their own word names.
func (m *setMaker) appendPeers(values []boundedValue, v *labelValues) []boundedValue {
	if m.peers == nil {
		return values
	}
	for i, claim := range claimedPeers {
		peer := contract.Peer(i)
		said := v.labels
		for _, l := range m.removed {
			said[l] = ""
		}
		if !v.claims.Names(claim, &said) {
			continue
		}
		value := contract.AppendPeer(nil, peer, func(l contract.Label) string { return said[l] })
		b := newLimitedLabel(contract.ClaimedPeer, contract.NoLabel, m.peers)
		values = append(values, boundedValue{b, -1, claim, string(value)})
	}
	return values
}

// valueSlot is the slot of a value as it stands beside it: the name of the attribute,
// and the number.
type valueSlot struct {
	name   string
	packed int64
}

// resolve gives the set that a record's labels end in: its own, if each of the
// bounded values has a slot, or one in which fallbacks stand. It leaves the slots of
// those that have one in w.slots.
func (w *worker) resolve(set *labelSet) *labelSet {
	var said [maxBounded + int(contract.NumPeers)]string
	lost := 0
	for i := range set.bounded {
		b := &set.bounded[i]
		r := w.hostSlot
		if !w.hostAsked || b.label != contract.DestinationService {
			r = b.limiter.Name(b.value, netip.Addr{}, &set.asker, w.now)
		}
		said[i] = r.Value
		if r.Value != b.value {
			lost++
			w.p.fallbacks.fell(b.limiter, &set.asker, w.now)
		} else if r.Slot != 0 {
			w.slots = append(w.slots, valueSlot{b.slotName, contract.PackSlot(r.Slot, r.Term)})
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

// replace puts a fallback in place of a value, and of all that its claim names.
// Where the host stands in for the service's name, too, both go.
func (b *boundedValue) replace(v *labelValues, value string) {
	if value == b.value {
		return
	}
	if b.extra >= 0 {
		v.extra[b.extra].value = value
		return
	}
	if b.label == contract.DestinationService && v.labels[contract.DestinationServiceName] == b.value {
		v.labels[contract.DestinationServiceName] = value
	}
	if b.label != contract.NoLabel {
		v.labels[b.label] = value
	}
	if b.claim != istio.NotClaimed {
		v.claims.Withdraw(b.claim, &v.labels, value)
	}
}
