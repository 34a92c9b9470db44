package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// identity is what a record says of one of the two sides.
type identity struct {
	workload, namespace              string
	app, version                     string
	canonicalName, canonicalRevision string
	cluster, principal               string
	// claimed is set if only an outsider's word stands for a part of it.
	claimed bool
}

// own is the identity of the proxy that wrote the record.
func own(rec *accesslog.Record, certificate string) identity {
	t := ownTestimony(rec, certificate)
	for i := range identityTable {
		row := &identityTable[i]
		*row.value(t.id) = t.first(row.own)
	}
	return *t.id
}

func ownTestimony(rec *accesslog.Record, certificate string) *testimony {
	t := &testimony{rec: rec, node: parseNodeID(rec.Get(accesslog.NodeID)), certificate: certificate, id: &identity{}}
	t.clusterApp, t.clusterNamespace = nodeCluster(rec.Get(accesslog.NodeCluster))
	return t
}

// first is the value of the first source that has one.
func (t *testimony) first(sources []source) string {
	for i := range sources {
		if v := sources[i].read(t); v != "" {
			return v
		}
	}
	return ""
}

// first returns the first of its arguments that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// endpoint reads UPSTREAM_METADATA(istio:workload):
// `workload;namespace;canonical name;canonical revision;cluster`.
func endpoint(metadata string) identity {
	parts := strings.SplitN(metadata, ";", 6)
	if len(parts) < 5 {
		return identity{}
	}
	return identity{
		workload: parts[0], namespace: parts[1],
		canonicalName: parts[2], canonicalRevision: parts[3],
		cluster: parts[4],
	}
}
