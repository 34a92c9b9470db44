package istio

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// HostClaim is the name that a client gave to the place that it connected to.
type HostClaim struct {
	// Name has no port and is safe to show; empty if there is none. It may
	// share memory with the record.
	Name string
	// Teaches tells whether the workload whose proxy wrote the record made the
	// claim itself. The clients of a gateway are many, and none of them may name
	// an address for the others.
	Teaches bool
}

// ClaimedHost is the name that stands in outside traffic itself: the server
// name of TLS, else the Host header where that may name a service (see
// Options.HostHeaderFallback). Both are what a client wrote, and prove nothing
// about the address. Address literals and what is no DNS name claim nothing.
func (o Options) ClaimedHost(rec *accesslog.Record, f Facts) HostClaim {
	if f.direction != names.Outbound || isService(outboundHost(rec)) {
		return HostClaim{}
	}
	name, ok := serverName(rec.Get(accesslog.RequestedServerName))
	if !ok && f.HTTP && o.hostFallback(f) {
		name, ok = host.Name(rec.Get(accesslog.Authority))
	}
	if name == Unknown {
		return HostClaim{} // else it would pass for the lack of a name
	}
	return HostClaim{Name: name, Teaches: ok && !f.gateway}
}

// ProvenHost is the host that the mesh's own configuration gives to the address
// that a record's connection went to: a ServiceEntry's, by the name of its
// cluster. It holds for every workload.
//
// It proves nothing where the client chose the address. A service with
// `resolution: NONE` is found by server name or Host header and forwards to
// wherever the client was going, so whoever claims its host could name any
// address. In such a record upstream and original destination are one address;
// where they differ, the proxy chose.
func ProvenHost(rec *accesslog.Record, f Facts) (name string, address netip.Addr, ok bool) {
	if f.direction != names.Outbound || f.Ambiguous {
		return "", netip.Addr{}, false
	}
	known := outboundHost(rec)
	if name, ok = host.Name(known); !ok || isService(known) {
		return "", netip.Addr{}, false
	}
	address, ok = rec.IP(accesslog.UpstreamHost)
	meant, found := rec.IP(accesslog.DownstreamLocalAddress)
	if !ok || !found || address == meant {
		return "", netip.Addr{}, false
	}
	return name, address, true
}

// badServerName is what Envoy puts before a server name that is none.
const badServerName = "invalid:"

// serverName is the DNS name in a server name. Istio's own, which are names of
// clusters, are none.
func serverName(sni string) (string, bool) {
	if strings.HasPrefix(sni, badServerName) || names.ParseCluster(sni).Direction != names.NoDirection {
		return "", false
	}
	return host.Name(sni)
}
