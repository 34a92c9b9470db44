// SPDX-License-Identifier: Apache-2.0

package write

import (
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// appendAddresses writes where the traffic went.
func appendAddresses(to *xpdata.MapBuilder, a *labelset.Addresses) {
	appendBounded(to, contract.DestinationIP, &a.IP)
	appendBounded(to, contract.DestinationHost, &a.Host)
	if a.Network != "" {
		to.AppendEmpty(contract.DestinationNetwork.String()).SetStr(a.Network)
	}
}

// countAddresses is how many attributes appendAddresses adds at most.
func countAddresses(a *labelset.Addresses) (n int) {
	for _, v := range [...]string{a.IP.Text, a.Host.Text, a.Network} {
		if v != "" {
			n += 2 // the label and its slot
		}
	}
	return n
}

var slotNames = [contract.NumLabels]string{
	contract.DestinationIP:   contract.SlotPrefix + contract.DestinationIP.String(),
	contract.DestinationHost: contract.SlotPrefix + contract.DestinationHost.String(),
}

func appendBounded(to *xpdata.MapBuilder, l contract.Label, v *labelset.Value) {
	if v.Text == "" {
		return
	}
	to.AppendEmpty(l.String()).SetStr(v.Text)
	if v.Slot != 0 {
		to.AppendEmpty(slotNames[l]).SetInt(v.Slot)
	}
}
