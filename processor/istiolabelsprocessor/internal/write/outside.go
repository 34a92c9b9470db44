// SPDX-License-Identifier: Apache-2.0

package write

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// appendOutside writes what stands on records of traffic that leaves the mesh alone.
func appendOutside(to *xpdata.MapBuilder, r *Record) {
	if port, ok := istio.DestinationPort(r.Values); ok {
		to.AppendEmpty(contract.AttrDestinationPort).SetInt(int64(port))
	}
	to.AppendEmpty(contract.AttrNameSource).SetStr(string(nameSource(r)))
	if r.ProvenAddress.IsValid() {
		to.AppendEmpty(contract.AttrProvenAddress).SetStr(r.ProvenAddress.String())
	}
	appendText(to, contract.AttrClientName, r.ClientName, r.Values)
	appendText(to, contract.AttrProxy, istio.Proxy(r.Values), r.Values)
}

// appendText writes a text that may share memory with the record, if there is one.
func appendText(to *xpdata.MapBuilder, name, text string, rec *accesslog.Record) {
	if text == "" {
		return
	}
	if rec.Borrowed {
		text = strings.Clone(text)
	}
	to.AppendEmpty(name).SetStr(text)
}

// outsideOf is how many attributes appendOutside adds to most such records.
func outsideOf(r *Record) (n int) {
	if r.Set.Traffic == contract.TrafficStays {
		return 0
	}
	n = 2 // the port and where the name comes from
	if r.ProvenAddress.IsValid() {
		n++
	}
	if r.ClientName != "" {
		n++
	}
	if r.Values.Has(accesslog.NodeID) {
		n++
	}
	return n
}

// nameSource says where destination_host comes from. Traffic to a ServiceEntry that has
// no such label is called by the entry's host. If the label is another than the name
// that was found, it is an address, a network or `other`.
func nameSource(r *Record) contract.NameSource {
	switch host := r.Addresses.Host.Text; {
	case host == "" && r.Set.ToServiceEntry():
		return contract.NameOfEntry
	case host == "" || host != r.Values.DestinationHost:
		return contract.NoName
	default:
		return contract.NameSource(r.Values.DestinationHostSource)
	}
}
