// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// candidatesOf are what a row can stand for at an address. named is false if it may have
// a name that the log does not say.
func candidatesOf(r *egress.Row, a netip.Addr) (candidates []Traffic, named bool) {
	if len(r.ClientNames) > 0 {
		return clientCandidates(r, a)
	}
	name := nameOf(r)
	t := Traffic{Address: a, Port: r.Port, Name: name}
	as := func(k Kind, name string) Traffic { return Traffic{Address: a, Port: r.Port, Kind: k, Name: name} }
	known := name != "" && !strings.HasPrefix(name, "*")
	switch r.Traffic {
	case egress.HTTP, egress.GRPC:
		return httpCandidates(r, as, name, known)
	case egress.TLS:
		candidates = []Traffic{as(TLS, name)}
		if r.NameSource != egress.NameOfServer && r.NameSource != egress.NameOfEntry {
			candidates = append(candidates, as(TLS, ""))
		}
		return candidates, known
	}
	// A connection of HTTP or TLS is TCP to a proxy that does not look into it.
	if serverSpeaksFirst(r.Port) {
		t.Start = ServerFirst
		return []Traffic{t}, true
	}
	candidates = []Traffic{t}
	if !clientSpeaksFirst(r.Port) {
		t.Start = ServerFirst
		candidates = append(candidates, t)
	}
	if known {
		candidates = append(candidates, as(TLS, name), as(HTTP, name))
	}
	return candidates, known
}

// clientCandidates are those of traffic whose clients named other hosts than that of the
// entry which let it through. A proxy that looks for names goes by these.
func clientCandidates(r *egress.Row, a netip.Addr) (candidates []Traffic, named bool) {
	kind := TLS
	if r.Traffic == egress.HTTP || r.Traffic == egress.GRPC {
		kind = HTTP
	}
	for _, name := range r.ClientNames {
		candidates = append(candidates, Traffic{Address: a, Port: r.Port, Kind: kind, Name: name})
	}
	return candidates, !r.MoreClientNames
}

// httpCandidates: the log has the Host of a request. A name from elsewhere stands for a
// Host that is an address.
func httpCandidates(r *egress.Row, as func(Kind, string) Traffic, name string, known bool) ([]Traffic, bool) {
	first := as(HTTP, name)
	if r.NameSource == egress.NameOfHost || r.NameSource == egress.NameOfEntry {
		return []Traffic{first}, known
	}
	if a, err := netip.ParseAddr(strings.Trim(r.Destination, "[]")); err == nil {
		return []Traffic{as(HTTP, a.String())}, true
	}
	byAddress := first
	if first.Address.IsValid() {
		byAddress.Name = first.Address.String()
	}
	return []Traffic{first, byAddress}, known
}

// nameOf is the name of a row's destination, empty if it has none.
func nameOf(r *egress.Row) string {
	if r.NameSource == egress.NoName {
		return ""
	}
	if name, ok := host.Name(r.Destination); ok {
		return name
	}
	return strings.ToLower(r.Destination)
}
