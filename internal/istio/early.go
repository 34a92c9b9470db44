package istio

import (
	"cmp"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// This file answers, for those who cannot wait for the labels, what Derive answers
// with them.

// ReporterInputs are all that Derived.Reporter depends on. They may share memory
// with the record.
type ReporterInputs struct {
	workload, namespace, pod, nodeID, nodeCluster, certificate string
}

// ReporterInputsOf reads them off a record.
func ReporterInputsOf(rec *accesslog.Record, f *Facts) ReporterInputs {
	return ReporterInputs{
		workload:    rec.Get(accesslog.NodeWorkload),
		namespace:   rec.Get(accesslog.NodeNamespace),
		pod:         rec.Get(accesslog.NodePod),
		nodeID:      rec.Get(accesslog.NodeID),
		nodeCluster: rec.Get(accesslog.NodeCluster),
		certificate: reporterCertificate(rec, f),
	}
}

// Reporter is the workload whose proxy wrote the record: Derived.Reporter.
func (in *ReporterInputs) Reporter() Reporter {
	var rec accesslog.Record
	rec.Set(accesslog.NodeWorkload, in.workload)
	rec.Set(accesslog.NodeNamespace, in.namespace)
	rec.Set(accesslog.NodePod, in.pod)
	rec.Set(accesslog.NodeID, in.nodeID)
	rec.Set(accesslog.NodeCluster, in.nodeCluster)
	proxy := proxyIdentity(&rec, in.certificate)
	return Reporter{Namespace: SafeValue(proxy.Namespace), Workload: SafeValue(proxy.Workload)}
}

// Len is the number of their bytes.
func (in *ReporterInputs) Len() int {
	return len(in.workload) + len(in.namespace) + len(in.pod) + len(in.nodeID) + len(in.nodeCluster) + len(in.certificate)
}

// Clone returns inputs that share no memory with the record.
func (in *ReporterInputs) Clone() ReporterInputs {
	return ReporterInputs{
		strings.Clone(in.workload), strings.Clone(in.namespace), strings.Clone(in.pod),
		strings.Clone(in.nodeID), strings.Clone(in.nodeCluster), strings.Clone(in.certificate),
	}
}

// reporterCertificate is the proxy's own certificate where it tells the
// namespace: see sides and reporter.
func reporterCertificate(rec *accesslog.Record, f *Facts) string {
	switch f.direction {
	case names.Inbound:
		return firstURI(rec, accesslog.DownstreamLocalURISAN)
	case names.Waypoint:
		return ""
	default:
		return firstURI(rec, accesslog.UpstreamLocalURISAN)
	}
}

// Outside is the destination_service_name of traffic that went to no service: it
// left the mesh or was refused. ok is false for any other.
func (o *Options) Outside(rec *accesslog.Record, f *Facts) (name string, ok bool) {
	return o.withoutService(rec, f)
}

// ServiceName is destination_service_name.
func (o *Options) ServiceName(rec *accesslog.Record, f *Facts) string {
	name := o.destinationService(rec, f).name
	if name == "" && f.direction == names.Inbound {
		name = proxyIdentity(rec, firstURI(rec, accesslog.DownstreamLocalURISAN)).CanonicalName
	}
	return cmp.Or(contract.CleanValue(name), contract.DestinationServiceName.Default())
}
