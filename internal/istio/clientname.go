// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// ClientName is the host that the client of traffic to a ServiceEntry named, if the entry
// does not stand for it: what ClaimedHost finds. It is empty if the client named the host
// of the entry, or none.
//
// Such traffic went through an entry that takes more than it says: its port is TCP, or it
// has addresses. Or a route of the user's own sent it there. A client that wants to hide
// names nothing, or the host of the entry.
//
// The record must be of traffic that leaves the mesh: of a Kubernetes service the result
// means nothing. The name is safe to show. It may share memory with the record.
func (o *Options) ClientName(rec *accesslog.Record, f *Facts) string {
	entry := outboundHost(rec)
	if entry == "" || namesHost(rec, entry) {
		return ""
	}
	name, _ := o.namedHost(rec, f)
	if name == "" || host.Covers(host.Normal(entry), name) {
		return ""
	}
	return name
}

// namesHost tells whether the client spelled a host as it is. Most do, and then nothing
// needs to be read.
func namesHost(rec *accesslog.Record, entry string) bool {
	name := rec.Get(accesslog.RequestedServerName)
	if name == "" {
		name = rec.Get(accesslog.Authority)
	}
	return name == entry
}
