package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// ReporterOf is the workload whose proxy wrote a record: Derived.Reporter, for
// those who need it before the labels are there. Its values may share memory with
// the record.
func ReporterOf(rec *accesslog.Record, f Facts) Reporter {
	workload, namespace := rec.Get(accesslog.NodeWorkload), rec.Get(accesslog.NodeNamespace)
	if workload == "" || namespace == "" {
		self := own(rec, reporterCertificate(rec, f))
		workload, namespace = self.workload, self.namespace
	}
	return Reporter{Namespace: contract.CleanValue(namespace), Workload: contract.CleanValue(workload)}
}

// reporterCertificate is the proxy's own certificate where it tells the
// namespace: see sides and reporter.
func reporterCertificate(rec *accesslog.Record, f Facts) string {
	switch f.direction {
	case inbound:
		return firstSAN(rec.Get(accesslog.DownstreamLocalURISAN))
	case waypoint:
		return ""
	default:
		return firstSAN(rec.Get(accesslog.UpstreamLocalURISAN))
	}
}

// Outside is the destination_service_name of traffic that went to no service: it
// left the mesh or was refused. ok is false for any other.
func (o Options) Outside(rec *accesslog.Record, f Facts) (name string, ok bool) {
	return o.withoutService(rec, f)
}

// ServiceName is destination_service_name, for those who need it before the labels
// are there.
func (o Options) ServiceName(rec *accesslog.Record, f Facts) string {
	name := o.destinationService(rec, f).name
	if name == "" && f.direction == inbound {
		name = own(rec, firstSAN(rec.Get(accesslog.DownstreamLocalURISAN))).canonicalName
	}
	return first(contract.CleanValue(name), contract.DestinationServiceName.Default())
}
