// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// ClaimedHost is the name of the destination that stands in outside traffic
// itself: the server name of TLS, else the Host header where that may name a
// service (see Options.HostHeaderFallback). A client wrote it, so that it proves
// nothing about the address. Addresses, and texts that are no DNS names, claim
// nothing.
//
// The name has no port and is safe to show; it is empty if there is none. It may share
// memory with the record.
func (o *Options) ClaimedHost(rec *accesslog.Record, f *Facts) (name string, source contract.NameSource) {
	if f.direction != names.Outbound || f.domains.isService(outboundHost(rec)) {
		return "", ""
	}
	return o.namedHost(rec, f)
}

// namedHost is ClaimedHost for a record that is known to be of outside traffic.
func (o *Options) namedHost(rec *accesslog.Record, f *Facts) (name string, source contract.NameSource) {
	source = contract.NameOfServer
	name, ok := serverName(rec.Get(accesslog.RequestedServerName))
	if !ok && f.HTTP && o.hostFallback(f) {
		source = contract.NameOfHost
		name, ok = host.Name(rec.Get(accesslog.Authority))
	}
	if !ok || name == Unknown {
		return "", "" // unknown would look as if there was no name
	}
	return name, source
}

// Proven is a name of an address that the configuration of the mesh gives. Its zero value
// is none.
type Proven struct {
	Name    string
	Address netip.Addr
}

// ProvenHost is the host that the configuration of the mesh gives to the address
// that a connection went to: the host of a ServiceEntry, in the name of the
// cluster. It holds for every workload. The name may share memory with the record.
//
// There is none where the client chose the address. Envoy finds a service with
// `resolution: NONE` by server name or Host header, and forwards to wherever the
// client was going. So whoever claims its host could name any address. In such a
// record the upstream host and the original destination are one address. Where
// they differ, the proxy chose.
func ProvenHost(rec *accesslog.Record, f *Facts) Proven {
	if f.direction != names.Outbound || f.Ambiguous {
		return Proven{}
	}
	known := outboundHost(rec)
	name, ok := host.Name(known)
	if !ok || f.domains.isService(known) {
		return Proven{}
	}
	address, ok := rec.IP(accesslog.UpstreamHost)
	meant, found := rec.IP(accesslog.DownstreamLocalAddress)
	if !ok || !found || address == meant {
		return Proven{}
	}
	return Proven{name, address}
}

// badServerName is what Envoy writes before a server name that is not valid.
const badServerName = "invalid:"

// serverName is the DNS name in a server name of TLS. Istio's own server names
// are names of clusters, and are not taken.
func serverName(sni string) (string, bool) {
	if strings.HasPrefix(sni, badServerName) || names.ParseCluster(sni).Direction != names.NoDirection {
		return "", false
	}
	return host.Name(sni)
}
