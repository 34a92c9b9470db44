package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// testimony is all that a record says of one of the two sides, taken apart.
type testimony struct {
	rec *accesslog.Record
	// Of the proxy that wrote the record:
	node                         nodeID
	clusterApp, clusterNamespace string // of node_cluster
	// Of its peer:
	metadata, endpoint identity
	// certificate is the first URI SAN of the side's certificate.
	certificate string
	// id is what has been found so far: rows are read in their order.
	id *identity
}

// source is one place that may tell a value of an identity.
type source struct {
	// name is what the README's table calls it.
	name string
	read func(*testimony) string
}

// precedence is a row of the table: where a value of an identity comes from,
// the surest source first.
type precedence struct {
	name      string
	value     func(*identity) *string
	own, peer []source
}

var identityTable = []precedence{
	{
		"workload", func(id *identity) *string { return &id.workload },
		[]source{
			said(accesslog.NodeWorkload),
			{"the name in `pod`, without what controllers add", func(t *testimony) string { return WorkloadOfPod(t.rec.Get(accesslog.NodePod)) }},
			{"that of the pod in `node_id`", func(t *testimony) string { return WorkloadOfPod(t.node.pod) }},
			{"`node_cluster`", func(t *testimony) string { return t.clusterApp }},
		},
		[]source{metadata(func(id *identity) string { return id.workload }), endpointOf(func(id *identity) string { return id.workload })},
	},
	{
		"namespace", func(id *identity) *string { return &id.namespace },
		[]source{
			said(accesslog.NodeNamespace),
			{"`node_id`", func(t *testimony) string { return t.node.namespace }},
			{"`node_cluster`", func(t *testimony) string { return t.clusterNamespace }},
			certificateNamespace,
		},
		[]source{certificateNamespace, metadata(func(id *identity) string { return id.namespace }), endpointOf(func(id *identity) string { return id.namespace })},
	},
	{
		"app", func(id *identity) *string { return &id.app },
		[]source{said(accesslog.NodeApp), {"`node_cluster`, unless `app` or `pod` is there", appOfCluster}},
		[]source{metadata(func(id *identity) string { return id.app })},
	},
	{
		"version", func(id *identity) *string { return &id.version },
		[]source{said(accesslog.NodeVersion)},
		[]source{metadata(func(id *identity) string { return id.version })},
	},
	{
		// Source of the order: istio pkg/kube/labels.
		"canonical service", func(id *identity) *string { return &id.canonicalName },
		[]source{
			said(accesslog.NodeCanonicalName),
			{"app", func(t *testimony) string { return t.id.app }},
			{"workload", func(t *testimony) string { return t.id.workload }},
		},
		[]source{metadata(func(id *identity) string { return id.canonicalName }), endpointOf(func(id *identity) string { return id.canonicalName })},
	},
	{
		"canonical revision", func(id *identity) *string { return &id.canonicalRevision },
		[]source{said(accesslog.NodeCanonicalRevision), {"version", func(t *testimony) string { return t.id.version }}},
		[]source{metadata(func(id *identity) string { return id.canonicalRevision }), endpointOf(func(id *identity) string { return id.canonicalRevision })},
	},
	{
		"cluster", func(id *identity) *string { return &id.cluster },
		[]source{said(accesslog.NodeClusterID)},
		[]source{metadata(func(id *identity) string { return id.cluster }), endpointOf(func(id *identity) string { return id.cluster })},
	},
	{
		// What the other side says of itself proves no principal.
		"principal", func(id *identity) *string { return &id.principal },
		[]source{certificate},
		[]source{certificate},
	},
}

var (
	certificate          = source{"its certificate", func(t *testimony) string { return t.certificate }}
	certificateNamespace = source{"its certificate", func(t *testimony) string { return namespaceOfPrincipal(t.certificate) }}
)

// said is an operator that the record has.
func said(op accesslog.Op) source {
	return source{"`" + op.Key() + "`", func(t *testimony) string { return t.rec.Get(op) }}
}

// metadata is what the peer told in metadata exchange.
func metadata(value func(*identity) string) source {
	return source{"peer metadata", func(t *testimony) string { return value(&t.metadata) }}
}

// endpointOf is what the control plane said of the endpoint.
func endpointOf(value func(*identity) string) source {
	return source{"`" + accesslog.UpstreamWorkload.Key() + "`", func(t *testimony) string { return value(&t.endpoint) }}
}

// appOfCluster reads the app off node_cluster only where nothing else tells the
// pod's labels: what names the pod tells its app, too, or that it has none.
func appOfCluster(t *testimony) string {
	if t.rec.Has(accesslog.NodeApp) || t.rec.Has(accesslog.NodePod) {
		return ""
	}
	return t.clusterApp
}
