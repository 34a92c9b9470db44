// SPDX-License-Identifier: Apache-2.0

package read

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

const proxyID = "sidecar~10.44.1.27~pay-7f9c6d5b8-k2x4q.pay~pay.svc.cluster.local"

// Keys that others use, too, name no proxy by themselves.
func TestCommonKeys(t *testing.T) {
	all := map[string]any{"cluster_name": "prod.k8s.example.com", "node_name": "ip-10-0-0-1.ec2.internal", "app": "a", "version": "v", "namespace": "ns", "pod": "p-1", "cluster": "c"}
	with := func(keys ...string) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(keys); i += 2 {
			m[keys[i]] = keys[i+1]
		}
		return m
	}
	for name, tc := range map[string]struct {
		in   map[string]any
		want map[accesslog.Op]string
	}{
		"all":                      {all, nil},
		"cluster alone":            {with("cluster_name", "prod.k8s.example.com"), nil},
		"Envoy's built-in":         {with("log_name", "otel", "zone_name", "", "cluster_name", "pay.pay", "node_name", proxyID), map[accesslog.Op]string{accesslog.NodeCluster: "pay.pay", accesslog.NodeID: proxyID}},
		"built-in, no id":          {with("log_name", "otel", "zone_name", "", "cluster_name", "pay.pay", "node_name", ""), map[accesslog.Op]string{accesslog.NodeCluster: "pay.pay"}},
		"cluster beside an id":     {with("cluster_name", "pay.pay", "node_name", proxyID), map[accesslog.Op]string{accesslog.NodeCluster: "pay.pay", accesslog.NodeID: proxyID}},
		"cluster beside a log":     {with("cluster_name", "prod.k8s", "log_name", "syslog"), nil},
		"Kubernetes' node":         {with("cluster_name", "prod.k8s", "node_name", "node-1.example"), nil},
		"other names of a pod":     {with("app", "a", "namespace", "n", "pod", "p"), nil},
		"beside an id":             {with("app", "a", "version", "v", "namespace", "n", "node_id", proxyID), map[accesslog.Op]string{accesslog.NodeApp: "a", accesslog.NodeVersion: "v", accesslog.NodeNamespace: "n", accesslog.NodeID: proxyID}},
		"beside the mesh":          {with("pod", "p", "namespace", "n", "cluster", "c", "mesh", "m"), map[accesslog.Op]string{accesslog.NodePod: "p", accesslog.NodeNamespace: "n", accesslog.NodeClusterID: "c"}},
		"beside a workload":        {with("namespace", "n", "workload_name", "w"), map[accesslog.Op]string{accesslog.NodeNamespace: "n", accesslog.NodeWorkload: "w"}},
		"an access log":            {with("namespace", "n", "response_flags", "-", "response_code", "200"), map[accesslog.Op]string{accesslog.NodeNamespace: "n"}},
		"cluster of an access log": {with("cluster_name", "prod.k8s", "response_flags", "-", "response_code", "200"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			onRecord, _ := newReader(t, "", nil).all(request(t, line, tc.in, nil))
			nodeOps := []accesslog.Op{accesslog.NodeID, accesslog.NodeCluster, accesslog.NodeApp, accesslog.NodeVersion, accesslog.NodeNamespace, accesslog.NodePod, accesslog.NodeClusterID, accesslog.NodeWorkload}
			for _, op := range nodeOps {
				assert.Equal(t, tc.want[op], onRecord.Record.Get(op), op.Key())
			}
			onResource, _ := newReader(t, "", nil).all(request(t, line, nil, tc.in))
			for _, op := range nodeOps {
				assert.Equal(t, tc.want[op], onResource.Record.Get(op), op.Key())
			}
		})
	}
	t.Run("names of the user's own", func(t *testing.T) {
		found, _ := newReader(t, "", map[string]string{"cluster_name": "%CEL(xds.node.cluster)%"}).all(request(t, line, with("cluster_name", "pay.pay"), nil))
		assert.Equal(t, "pay.pay", found.Record.Get(accesslog.NodeCluster))
	})
}
