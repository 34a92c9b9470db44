// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Addresses are the values of contract.AddressLabels, in that order, empty
// where there is none.
type Addresses [len(contract.AddressLabels)]string

func (a *Addresses) ip() string { return a[0] }

func (a *Addresses) onlyIP() bool { return a[1] == "" && a[2] == "" }

// short tells whether all values are short enough to stay as they are. Hashing
// one of megabytes is work for nothing.
func (a *Addresses) short() bool {
	return max(len(a[0]), len(a[1]), len(a[2])) <= MaxValueLen
}

// clean makes all values such as may leave us.
func (a *Addresses) clean() (clean Addresses, changed bool) {
	for i := range a {
		clean[i] = contract.CleanValue(a[i])
		changed = changed || clean[i] != a[i]
	}
	return clean, changed
}

func (a *Addresses) clone() (c Addresses) {
	for i := range a {
		c[i] = strings.Clone(a[i])
	}
	return c
}
