// SPDX-License-Identifier: Apache-2.0

package labelset

import (
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
	// Name is what its slot is called in the contract: the label, or a peer.
	Name string
	// Limit is the place of its label in Maker.Limited, or OfPeers.
	Limit int
	// Value is what needs the slot.
	Value string

	label contract.Label // NoLabel if it is none of Istio's
	extra int            // where it stands among Extra, -1 if it does not
	claim istio.Claim
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
