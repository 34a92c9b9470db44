// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// proxyValues are the operators that name the proxy itself: its workload, its
// pod and where they run.
var proxyValues = []accesslog.Op{
	accesslog.NodeID,
	accesslog.NodeCluster,
	accesslog.NodeWorkload,
	accesslog.NodeNamespace,
	accesslog.NodeClusterID,
	accesslog.NodeMeshID,
	accesslog.NodeCanonicalName,
	accesslog.NodeCanonicalRevision,
	accesslog.NodeApp,
	accesslog.NodeVersion,
	accesslog.NodePod,
}

// proxyCertificates are the operators with the certificates of the proxy itself.
var proxyCertificates = []accesslog.Op{
	accesslog.DownstreamLocalURISAN,
	accesslog.UpstreamLocalURISAN,
}

// TakeProxy lets resource alone name the proxy that wrote the record: what the
// record says of its proxy is put aside. It is for records whose resource is
// surer than their text, such as lines of a file whose path names the pod.
//
// The proxy's certificates stay where each is of the resource's namespace.
func TakeProxy(rec, resource *accesslog.Record) {
	for _, op := range proxyValues {
		if value := resource.Get(op); value != "" {
			rec.Set(op, value)
		} else {
			rec.Unset(op)
		}
	}
	namespace := resource.Get(accesslog.NodeNamespace)
	for _, op := range proxyCertificates {
		if namespace == "" || !allOfNamespace(rec.Get(op), namespace) {
			rec.Unset(op)
		}
	}
}

// allOfNamespace tells whether all principals of a list are of a namespace.
func allOfNamespace(principals, namespace string) bool {
	for principal := range strings.SplitSeq(principals, ",") {
		if names.NamespaceOfPrincipal(strings.TrimSpace(principal)) != namespace {
			return false
		}
	}
	return true
}
