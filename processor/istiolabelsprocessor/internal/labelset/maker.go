// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// New makes a set. It keeps what v points to.
func (m *Maker) New(v Values) *Set {
	destination := v.Labels[contract.DestinationServiceName]
	carries := HasAddresses(m.Schema, v.Protocol)
	s := &Set{
		Values:  v,
		ID:      m.made.Add(1),
		HasIP:   carries && slices.Contains(m.IPDestinations, destination),
		HasHost: carries && slices.Contains(m.HostDestinations, destination),
		maker:   m,
	}
	if v.Verdict.Counted() {
		from := v.from()
		s.Asker = limit.NewAsker(from.Namespace+"/"+from.Workload, destination)
		s.Bounded = m.bounded(&s.Values)
	}
	return s
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
	said := v.Labels
	for _, l := range m.Removed {
		said[l] = ""
	}
	for i, claim := range claimedPeers {
		peer := contract.Peer(i)
		if !v.Claims.Names(claim, &said) {
			continue
		}
		value := contract.AppendPeer(nil, peer, func(l contract.Label) string { return said[l] })
		values = append(values, Bounded{Name: peer.SlotName(), Limit: OfPeers, Value: string(value), label: contract.NoLabel, extra: -1, claim: claim})
	}
	return values
}
