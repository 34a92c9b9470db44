// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Claim says whose claim a label's value is part of. Whoever claims can write
// another value each time, so claimed values need a bound.
type Claim uint8

const (
	// NotClaimed is for values that the mesh and its configuration make.
	NotClaimed Claim = iota
	// ClaimedService is the service that a client says it wants.
	ClaimedService
	// ClaimedSource is who a client says it is.
	ClaimedSource
	// ClaimedDestination is who a server says it is.
	ClaimedDestination
)

// Claims has the claim of each label.
type Claims [contract.NumLabels]Claim

// Names tells whether a claim names anything: whether a label that is part of it
// says more than its default.
func (c *Claims) Names(claim Claim, labels *contract.LabelSet) bool {
	for l, of := range c {
		if of == claim && labels[l] != "" && labels[l] != contract.Label(l).Default() {
			return true
		}
	}
	return false
}

// Withdraw puts one value in place of all that a claim names. A principal that
// nobody claimed stays unknown.
func (c *Claims) Withdraw(claim Claim, labels *contract.LabelSet, value string) {
	for i, of := range c {
		l := contract.Label(i)
		if of != claim {
			continue
		}
		c[l] = NotClaimed
		isPrincipal := l == contract.SourcePrincipal || l == contract.DestinationPrincipal
		if labels[l] != "" && !(isPrincipal && labels[l] == Unknown) {
			labels[l] = value
		}
	}
}
