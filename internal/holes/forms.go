// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// hasAddresses tells whether an entry is bound to addresses. A network that has all
// addresses binds it to none.
func hasAddresses(e *resources.ServiceEntry) bool {
	return len(e.Spec.Addresses) > 0 &&
		!slices.ContainsFunc(e.Spec.Addresses, func(a string) bool { return strings.HasSuffix(a, "/0") })
}

// hasSingleAddress tells whether an entry has an address that is no network: the port at
// it is the entry's alone. In a network, Istio tells entries apart by their names.
func hasSingleAddress(e *resources.ServiceEntry) bool {
	return slices.ContainsFunc(e.Spec.Addresses, func(text string) bool {
		if n, err := netip.ParsePrefix(text); err == nil {
			return n.IsSingleIP()
		}
		return true
	})
}

func isUDP(p resources.Port) bool { return strings.EqualFold(p.Protocol, "UDP") }
