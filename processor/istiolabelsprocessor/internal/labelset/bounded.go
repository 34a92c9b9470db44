package labelset

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// Limited is a label whose values are limited.
type Limited struct {
	Name  string
	Label contract.Label // NoLabel if it is none of Istio's
}

// OfPeers is Bounded.Limit of a peer.
const OfPeers = -1

// Bounded is a value of a set that needs a slot.
type Bounded struct {
	// Name is the label's, or contract.Peer's.
	Name string
	// Limit is the place of its label in Maker.Limited, or OfPeers.
	Limit int
	// Value is what needs the slot.
	Value string

	label contract.Label // NoLabel if it is none of Istio's
	extra int            // where it stands among Extra, -1 if it does not
	claim istio.Claim
}

// bounded finds the values that need a slot.
func (m *Maker) bounded(v *Values) (values []Bounded) {
	for i, limited := range m.Limited {
		b := Bounded{Name: limited.Name, Limit: i, label: limited.Label, extra: -1}
		if b.label == contract.NoLabel {
			b.extra = slices.IndexFunc(v.Extra, func(e Extra) bool { return e.Name == b.Name })
			if b.extra >= 0 && v.Extra[b.extra].Value != istio.Unknown && v.Extra[b.extra].Value != "" {
				b.Value = v.Extra[b.extra].Value
				values = append(values, b)
			}
			continue
		}
		b.Value, b.claim = v.Labels[b.label], v.Claims[b.label]
		if b.Value != "" && b.Value != b.label.Default() && !istio.Finite(b.label, b.Value, b.claim) {
			values = append(values, b)
		}
	}
	if m.LimitedPeers {
		values = m.appendPeers(values, v)
	}
	return values
}

// claimedPeers are the sides that may be claimed.
var claimedPeers = [contract.NumPeers]istio.Claim{
	contract.SourcePeer:      istio.ClaimedSource,
	contract.DestinationPeer: istio.ClaimedDestination,
}

// appendPeers adds the peers that only their own word names.
func (m *Maker) appendPeers(values []Bounded, v *Values) []Bounded {
	for i, claim := range claimedPeers {
		peer := contract.Peer(i)
		said := v.Labels
		for _, l := range m.Removed {
			said[l] = ""
		}
		if !v.Claims.Names(claim, &said) {
			continue
		}
		value := contract.AppendPeer(nil, peer, func(l contract.Label) string { return said[l] })
		values = append(values, Bounded{Name: peer.String(), Limit: OfPeers, Value: string(value), label: contract.NoLabel, extra: -1, claim: claim})
	}
	return values
}

// Replace puts a fallback in place of a value, and of all that its claim names.
// Where the host stands in for the service's name, too, both go.
func (b *Bounded) Replace(v *Values, fallback string) {
	if b.extra >= 0 {
		v.Extra[b.extra].Value = fallback
		return
	}
	if b.label == contract.DestinationService && v.Labels[contract.DestinationServiceName] == b.Value {
		v.Labels[contract.DestinationServiceName] = fallback
	}
	if b.label != contract.NoLabel {
		v.Labels[b.label] = fallback
	}
	if b.claim != istio.NotClaimed {
		v.Claims.Withdraw(b.claim, &v.Labels, fallback)
	}
}
