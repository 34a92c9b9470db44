// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"
	"sync"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Reporter is a workload as its own proxy names it. A field is empty where the
// record does not name it.
type Reporter struct{ Namespace, Workload string }

// IsKnown tells whether it is one workload. One that calls itself unknown could be
// any.
func (r Reporter) IsKnown() bool {
	return r.Namespace != "" && r.Namespace != Unknown && r.Workload != "" && r.Workload != Unknown
}

// clone returns a reporter that shares no memory with a record.
func (r Reporter) clone() Reporter {
	return Reporter{strings.Clone(r.Namespace), strings.Clone(r.Workload)}
}

// Reporter is the workload whose proxy wrote the record. A waypoint reports on behalf
// of a server, but is a workload of its own. Values are safe to show, and may share
// memory with the record.
func (f *Facts) Reporter(rec *accesslog.Record) Reporter {
	v := reporterValues.Get().(*sideValues)
	v.readProxy(rec, f.ownCertificate(rec))
	r := Reporter{
		Namespace: contract.CleanValue(v.first(namespaceRow.field, namespaceRow.proxy)),
		Workload:  contract.CleanValue(v.first(workloadRow.field, workloadRow.proxy)),
	}
	*v = sideValues{}
	reporterValues.Put(v)
	return r
}

// reporterValues spares an allocation for each record.
var reporterValues = sync.Pool{New: func() any { return new(sideValues) }}

// ownCertificate is the first URI SAN of the reporter's own certificate. That on a
// waypoint's record is the server's.
func (f *Facts) ownCertificate(rec *accesslog.Record) string {
	switch f.direction {
	case names.Inbound:
		return firstURI(rec, accesslog.DownstreamLocalURISAN)
	case names.Waypoint:
		return ""
	default:
		return firstURI(rec, accesslog.UpstreamLocalURISAN)
	}
}

// IsClient tells whether the reporter itself is the client. The clients of a gateway
// are many, and so are those of a server.
func (f *Facts) IsClient() bool { return f.direction == names.Outbound && !f.gateway }
