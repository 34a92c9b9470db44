// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/workload"
)

// field is one value of an identity.
type field func(*identity) *string

// precedence is a row of identityTable: where a field comes from, the surest
// origin first. Origins differ for the proxy that wrote the record and its peer.
type precedence struct {
	// name is what the reference calls the field.
	name        string
	field       field
	proxy, peer []origin
}

// Who a proxy is: its workload and namespace.
var (
	workloadRow = precedence{
		"workload", func(id *identity) *string { return &id.Workload },
		[]origin{
			operator(accesslog.NodeWorkload),
			{"the name in `pod`, without what controllers add", func(v *sideValues, _ field) string { return workload.OfPod(v.rec.Get(accesslog.NodePod)) }},
			{"that of the pod in `node_id`", func(v *sideValues, _ field) string { return workload.OfPod(v.node.Pod) }},
			{"`node_cluster`", func(v *sideValues, _ field) string { return v.clusterApp }},
		},
		[]origin{peerMetadata, endpointMetadata},
	}
	namespaceRow = precedence{
		"namespace", func(id *identity) *string { return &id.Namespace },
		[]origin{
			operator(accesslog.NodeNamespace),
			{"`node_id`", func(v *sideValues, _ field) string { return v.node.Namespace }},
			{"`node_cluster`", func(v *sideValues, _ field) string { return v.clusterNamespace }},
			certificateNamespace,
		},
		[]origin{certificateNamespace, peerMetadata, endpointMetadata},
	}
)

// identityTable has all fields. They are read in its order: a later one may come
// from an earlier one.
var identityTable = []precedence{
	workloadRow,
	namespaceRow,
	{
		"app", func(id *identity) *string { return &id.App },
		[]origin{operator(accesslog.NodeApp), {"`node_cluster`, unless `app` or `pod` is there", appOfCluster}},
		[]origin{peerMetadata},
	},
	{
		"version", func(id *identity) *string { return &id.Version },
		[]origin{operator(accesslog.NodeVersion)},
		[]origin{peerMetadata},
	},
	{
		// Source of the order: istio pkg/kube/labels.
		"canonical service", func(id *identity) *string { return &id.CanonicalName },
		[]origin{
			operator(accesslog.NodeCanonicalName),
			{"app", func(v *sideValues, _ field) string { return v.found.App }},
			{"workload", func(v *sideValues, _ field) string { return v.found.Workload }},
		},
		[]origin{peerMetadata, endpointMetadata},
	},
	{
		"canonical revision", func(id *identity) *string { return &id.CanonicalRevision },
		[]origin{operator(accesslog.NodeCanonicalRevision), {"version", func(v *sideValues, _ field) string { return v.found.Version }}},
		[]origin{peerMetadata, endpointMetadata},
	},
	{
		"cluster", func(id *identity) *string { return &id.Cluster },
		[]origin{operator(accesslog.NodeClusterID)},
		[]origin{peerMetadata, endpointMetadata},
	},
	{
		// What the other side says of itself proves no principal.
		"principal", func(id *identity) *string { return &id.principal },
		[]origin{certificate},
		[]origin{certificate},
	},
}

// origin is one place that may tell a field.
type origin struct {
	// name is what the reference calls it.
	name string
	read func(*sideValues, field) string
}

// sideValues is all that a record says of one of the two sides.
type sideValues struct {
	rec *accesslog.Record
	// Of the proxy that wrote the record:
	node                         names.Node
	clusterApp, clusterNamespace string // of node_cluster
	// Of its peer: what it says of itself, and what the control plane says of the
	// endpoint.
	peer, endpoint identity
	// certificate is the first URI SAN of the side's certificate.
	certificate string
	// found is what earlier rows found.
	found *identity
}

var (
	certificate          = origin{"its certificate", func(v *sideValues, _ field) string { return v.certificate }}
	certificateNamespace = origin{"its certificate", func(v *sideValues, _ field) string { return names.NamespaceOfPrincipal(v.certificate) }}
	peerMetadata         = origin{"peer metadata", func(v *sideValues, f field) string { return *f(&v.peer) }}
	endpointMetadata     = origin{"`" + accesslog.UpstreamWorkload.Key() + "`", func(v *sideValues, f field) string { return *f(&v.endpoint) }}
)

// operator is the value of an operator.
func operator(op accesslog.Op) origin {
	return origin{"`" + op.Key() + "`", func(v *sideValues, _ field) string { return v.rec.Get(op) }}
}

// appOfCluster reads the app off node_cluster only where nothing else tells the
// pod's labels. What names the pod tells its app, too, or that it has none.
func appOfCluster(v *sideValues, _ field) string {
	if v.rec.Has(accesslog.NodeApp) || v.rec.Has(accesslog.NodePod) {
		return ""
	}
	return v.clusterApp
}
