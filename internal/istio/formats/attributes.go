// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

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

// commonKeys are keys that resource processors, log agents and charts use, too:
// `cluster_name` for a Kubernetes cluster, `node_name` for its nodes. See
// Signs.
var commonKeys = []string{"cluster_name", "node_name", "app", "version", "namespace", "pod", "cluster"}

// builtIns are the built-in resource attributes of Envoy beside `cluster_name`:
// `log_name`, `zone_name` and `node_name`.
const builtIns = 3

// Signs are what tells, in one set of named values, that Envoy wrote the values
// under common keys.
type Signs struct {
	// NodeID is the value under `node_id` or `node_name`.
	NodeID string
	// builtIn counts the builtIns.
	builtIn int
	istio   bool
}

// IsSign tells whether Note takes note of a name.
func IsSign(name string) bool {
	var s Signs
	s.Note(name)
	return s != Signs{}
}

// Note takes note of a name.
func (s *Signs) Note(name string) {
	switch name {
	case "log_name", "zone_name", "node_name":
		s.builtIn++
	case "workload_name", "canonical_name", "canonical_revision", "cluster_id", "mesh_id", "mesh":
		s.istio = true
	}
}

// Believe tells whether a common key carries what Envoy means by it. isAccessLog
// is true if the set itself is an access log.
//   - A proxy's id has a form of its own.
//   - The proxy's cluster is one of Envoy's built-in attributes, which come together.
//   - The others stand beside the id, keys of Istio, or an access log.
func (s *Signs) Believe(op accesslog.Op, value string, isAccessLog bool) bool {
	hasID := names.ParseNode(s.NodeID) != (names.Node{})
	switch op {
	case accesslog.NodeID:
		return names.ParseNode(value) != (names.Node{})
	case accesslog.NodeCluster:
		return hasID || s.builtIn == builtIns
	default:
		return hasID || s.istio || isAccessLog
	}
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
