// SPDX-License-Identifier: Apache-2.0

package write

import (
	"net/netip"
	"strings"

	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// outside is what stands on records of traffic that leaves the mesh alone.
type outside struct {
	nameSource contract.NameSource
	port       uint16 // 0 if it is not known
	// proven is the address that the proxy chose, if it is known.
	proven            netip.Addr
	clientName, proxy string
}

func outsideOf(r *Record) (o outside) {
	o.nameSource, o.proven = nameSource(r), r.ProvenAddress
	o.port, _ = istio.DestinationPort(r.Values)
	o.clientName = ownText(r.ClientName, r.Values)
	o.proxy = ownText(istio.Proxy(r.Values), r.Values)
	return o
}

// ownText is a text without memory of the record.
func ownText(text string, rec *accesslog.Record) string {
	if rec.Borrowed {
		return strings.Clone(text)
	}
	return text
}

func (o *outside) append(to *xpdata.MapBuilder) {
	if o.port != 0 {
		to.AppendEmpty(contract.AttrDestinationPort).SetInt(int64(o.port))
	}
	to.AppendEmpty(contract.AttrNameSource).SetStr(string(o.nameSource))
	if o.proven.IsValid() {
		to.AppendEmpty(contract.AttrProvenAddress).SetStr(o.proven.String())
	}
	if o.clientName != "" {
		to.AppendEmpty(contract.AttrClientName).SetStr(o.clientName)
	}
	if o.proxy != "" {
		to.AppendEmpty(contract.AttrProxy).SetStr(o.proxy)
	}
}

// count is how many attributes append adds.
func (o *outside) count() (n int) {
	n = 1 // where the name comes from
	for _, adds := range [...]bool{o.port != 0, o.proven.IsValid(), o.clientName != "", o.proxy != ""} {
		if adds {
			n++
		}
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
