package formats

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// otherKeys are attributes and JSON members that carry an operator's value
// under another name than the operator's own key.
var otherKeys = map[string]accesslog.Op{
	"upstream_cluster_raw": accesslog.UpstreamCluster,
	"grpc_status":          accesslog.GRPCStatusNumber,
	"grpc_status_code":     accesslog.GRPCStatusNumber,

	// Envoy's built-in resource attributes.
	"node_name":    accesslog.NodeID,
	"cluster_name": accesslog.NodeCluster,

	// Istio's samples set these beside pod and namespace.
	"cluster": accesslog.NodeClusterID,
	"mesh":    accesslog.NodeMeshID,

	// Filter state by its own name, as access log services send it.
	"downstream_peer_obj":           accesslog.DownstreamPeer,
	"wasm.downstream_peer":          accesslog.DownstreamPeer,
	"upstream_peer_obj":             accesslog.UpstreamPeer,
	"wasm.upstream_peer":            accesslog.UpstreamPeer,
	"envoy.filters.http.grpc_stats": accesslog.GRPCStats,
}

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
	{"k8s.pod.ip", accesslog.PodIP},
	{"k8s.namespace.name", accesslog.NodeNamespace},
	{"k8s.cluster.name", accesslog.NodeClusterID},
	{"k8s.pod.label.app", accesslog.NodeApp},
	{"k8s.pod.labels.app", accesslog.NodeApp},
	{"k8s.pod.label.version", accesslog.NodeVersion},
	{"k8s.pod.labels.version", accesslog.NodeVersion},
	{"k8s.pod.label.service.istio.io/canonical-name", accesslog.NodeCanonicalName},
	{"k8s.pod.labels.service.istio.io/canonical-name", accesslog.NodeCanonicalName},
	{"k8s.pod.label.app.kubernetes.io/name", accesslog.NodeCanonicalName},
	{"k8s.pod.labels.app.kubernetes.io/name", accesslog.NodeCanonicalName},
	{"k8s.pod.label.service.istio.io/canonical-revision", accesslog.NodeCanonicalRevision},
	{"k8s.pod.labels.service.istio.io/canonical-revision", accesslog.NodeCanonicalRevision},
	{"k8s.pod.label.app.kubernetes.io/version", accesslog.NodeCanonicalRevision},
	{"k8s.pod.labels.app.kubernetes.io/version", accesslog.NodeCanonicalRevision},
}
