// SPDX-License-Identifier: Apache-2.0

package write

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// appendOutside writes what stands on records of traffic that leaves the mesh alone.
func appendOutside(to *xpdata.MapBuilder, r *Record) {
	if port, ok := istio.DestinationPort(r.Values); ok {
		to.AppendEmpty(contract.AttrDestinationPort).SetInt(int64(port))
	}
	to.AppendEmpty(contract.AttrNameSource).SetStr(string(nameSource(r)))
	if isToEntry(r) {
		if _, address, ok := istio.ProvenHost(r.Values, r.Facts); ok {
			to.AppendEmpty(contract.AttrProvenAddress).SetStr(address.String())
		}
	}
	if proxy := istio.Proxy(r.Values); proxy != "" {
		if r.Values.Borrowed {
			proxy = strings.Clone(proxy)
		}
		to.AppendEmpty(contract.AttrProxy).SetStr(proxy)
	}
}

// outsideOf is how many attributes appendOutside adds at most.
func outsideOf(set *labelset.Set) int {
	if set.Traffic == contract.TrafficStays {
		return 0
	}
	return 4
}

// isToEntry tells whether a ServiceEntry let the traffic through.
func isToEntry(r *Record) bool {
	return !contract.IsOutside(r.Set.Labels[contract.DestinationServiceName])
}

// nameSource says where destination_host comes from. Traffic to a ServiceEntry that has
// no such label is called by the entry's host. If the label is another than the name
// that was found, it is an address, a network or `other`.
func nameSource(r *Record) contract.NameSource {
	switch host := r.Addresses.Host.Text; {
	case host == "" && isToEntry(r):
		return contract.NameOfEntry
	case host == "" || host != r.Values.DestinationHost:
		return contract.NoName
	default:
		return contract.NameSource(r.Values.DestinationHostSource)
	}
}
