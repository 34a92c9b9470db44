package write

import (
	"cmp"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// putOutside writes what stands on records of traffic that leaves the mesh alone.
func putOutside(attributes pcommon.Map, r *Record) {
	if port, ok := istio.DestinationPort(r.Values); ok {
		attributes.PutInt(contract.AttrDestinationPort, int64(port))
	}
	attributes.PutStr(contract.AttrNameSource, string(nameSource(r)))
}

// nameSource says where destination_host comes from. If the label is another than the
// name that was found, it is an address, a network or `other`.
func nameSource(r *Record) contract.NameSource {
	if !contract.IsOutside(r.Set.Labels[contract.DestinationServiceName]) {
		return contract.NameOfEntry
	}
	if host := r.Addresses.Host.Text; host == "" || host != r.Values.DestinationHost {
		return contract.NoName
	}
	return contract.NameSource(cmp.Or(r.Values.DestinationHostSource, string(contract.NoName)))
}
