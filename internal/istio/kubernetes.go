package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// ResourceAttribute is an attribute of a resource that names the sender.
type ResourceAttribute struct {
	Key string
	Op  accesslog.Op
}

// ResourceAttributes are what the k8s_attributes processor says of the pod that
// sent a record, with the operator that says the same of the proxy in it. Where
// several name one operator the first wins; what the proxy itself says wins
// over all of them.
var ResourceAttributes = []ResourceAttribute{
	{"k8s.deployment.name", accesslog.NodeWorkload},
	{"k8s.statefulset.name", accesslog.NodeWorkload},
	{"k8s.daemonset.name", accesslog.NodeWorkload},
	{"k8s.cronjob.name", accesslog.NodeWorkload},
	{"k8s.job.name", accesslog.NodeWorkload},
	{"k8s.pod.name", accesslog.NodePod},
	{"k8s.namespace.name", accesslog.NodeNamespace},
	{"k8s.cluster.name", accesslog.NodeClusterID},
	{"k8s.pod.label." + labelApp, accesslog.NodeApp},
	{"k8s.pod.labels." + labelApp, accesslog.NodeApp},
	{"k8s.pod.label." + labelVersion, accesslog.NodeVersion},
	{"k8s.pod.labels." + labelVersion, accesslog.NodeVersion},
	{"k8s.pod.label." + labelCanonicalName, accesslog.NodeCanonicalName},
	{"k8s.pod.labels." + labelCanonicalName, accesslog.NodeCanonicalName},
	{"k8s.pod.label.app.kubernetes.io/name", accesslog.NodeCanonicalName},
	{"k8s.pod.labels.app.kubernetes.io/name", accesslog.NodeCanonicalName},
	{"k8s.pod.label." + labelCanonicalRevision, accesslog.NodeCanonicalRevision},
	{"k8s.pod.labels." + labelCanonicalRevision, accesslog.NodeCanonicalRevision},
	{"k8s.pod.label.app.kubernetes.io/version", accesslog.NodeCanonicalRevision},
	{"k8s.pod.labels.app.kubernetes.io/version", accesslog.NodeCanonicalRevision},
}
