// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import "net/netip"

var (
	// Networks that are private beside those that netip knows.
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	// Networks in which there is nobody to ask about.
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")   // RFC 791
	reserved    = netip.MustParsePrefix("240.0.0.0/4") // RFC 1112, and broadcast
)

// asksAbout tells whether an address may have a name that is worth a question.
func (o *Options) asksAbout(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || thisNetwork.Contains(addr) || reserved.Contains(addr) {
		return false
	}
	return o.Private || !addr.IsPrivate() && !sharedSpace.Contains(addr)
}
