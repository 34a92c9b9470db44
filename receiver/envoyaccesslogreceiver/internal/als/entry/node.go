// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// attrLogName is the name that the proxy's configuration gives to the log.
const attrLogName = "log_name"

// maxValue bounds each value that is kept of an identifier, in bytes. The
// longest that Istio makes is a proxy's id: an address, and two names of
// Kubernetes with at most 253 and 63 bytes, one of them twice.
const maxValue = 512

// metadata of Istio's proxies that names the workload. Where several keys carry
// one operator, the first that has a value wins; for the last two that is
// Istio's order. Source: Istio's pkg/kube/labels.
var (
	nodeMetadata = []source{
		{"WORKLOAD_NAME", accesslog.NodeWorkload},
		{"NAMESPACE", accesslog.NodeNamespace},
		{"NAME", accesslog.NodePod},
		{"CLUSTER_ID", accesslog.NodeClusterID},
		{"MESH_ID", accesslog.NodeMeshID},
	}
	nodeLabels = []source{
		{"app", accesslog.NodeApp},
		{"version", accesslog.NodeVersion},
		{"service.istio.io/canonical-name", accesslog.NodeCanonicalName},
		{"app.kubernetes.io/name", accesslog.NodeCanonicalName},
		{"service.istio.io/canonical-revision", accesslog.NodeCanonicalRevision},
		{"app.kubernetes.io/version", accesslog.NodeCanonicalRevision},
	}
)

// source is a key of a node's metadata and the operator that it tells.
type source struct {
	key string
	op  accesslog.Op
}

// WriteIdentifier writes the few values that records need of an identifier,
// which is 64 KiB. The attributes share no memory with it. tooLong is true if a
// value was left out for its length: cut off, it would name another workload.
func WriteIdentifier(to pcommon.Map, id *accesslogservicev3.StreamAccessLogsMessage_Identifier) (tooLong bool) {
	k := keeper{to: to}
	k.keep(attrLogName, id.GetLogName())
	node := id.GetNode()
	k.keep(accesslog.NodeID.Key(), node.GetId())
	k.keep(accesslog.NodeCluster.Key(), node.GetCluster())
	metadata := node.GetMetadata().GetFields()
	k.keepAll(nodeMetadata, metadata)
	k.keepAll(nodeLabels, metadata["LABELS"].GetStructValue().GetFields())
	return k.tooLong
}

// NodeID is the proxy's id, empty if there is none that can be kept.
func NodeID(node *corev3.Node) string {
	if id := node.GetId(); len(id) <= maxValue {
		return strings.Clone(id)
	}
	return ""
}

type keeper struct {
	to      pcommon.Map
	tooLong bool
}

func (k *keeper) keepAll(sources []source, fields map[string]*structpb.Value) {
	for _, s := range sources {
		k.keep(s.op.Key(), fields[s.key].GetStringValue())
	}
}

func (k *keeper) keep(name, value string) {
	switch _, there := k.to.Get(name); {
	case value == "" || there:
	case len(value) > maxValue:
		k.tooLong = true
	default:
		k.to.PutStr(name, strings.Clone(value))
	}
}
