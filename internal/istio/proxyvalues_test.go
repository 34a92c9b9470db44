// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

func TestTakeProxy(t *testing.T) {
	type values map[accesslog.Op]string
	ofShop := values{accesslog.NodeNamespace: "shop", accesslog.NodePod: "web-0"}
	for name, tt := range map[string]struct{ resource, record, want values }{
		"nothing else": {ofShop, values{}, ofShop},
		"another workload, by every operator": {
			ofShop,
			values{
				accesslog.NodeNamespace: "bank", accesslog.NodePod: "vault-0", accesslog.NodeWorkload: "vault",
				accesslog.NodeID: "sidecar~10.0.0.1~vault-0.bank~bank.svc.cluster.local", accesslog.NodeCluster: "vault.bank",
				accesslog.NodeApp: "vault", accesslog.NodeVersion: "v1", accesslog.NodeClusterID: "c", accesslog.NodeMeshID: "m",
				accesslog.NodeCanonicalName: "vault", accesslog.NodeCanonicalRevision: "v1",
			},
			ofShop,
		},
		"another certificate": {
			ofShop,
			values{
				accesslog.UpstreamLocalURISAN:   "spiffe://cluster.local/ns/bank/sa/vault",
				accesslog.DownstreamLocalURISAN: "spiffe://cluster.local/ns/shop/sa/web,spiffe://cluster.local/ns/bank/sa/vault",
			},
			ofShop,
		},
		"its own certificate, and its peer's": {
			values{accesslog.NodeNamespace: "shop"},
			values{
				accesslog.UpstreamLocalURISAN: "spiffe://cluster.local/ns/shop/sa/web",
				accesslog.UpstreamPeerURISAN:  "spiffe://cluster.local/ns/bank/sa/vault",
			},
			values{
				accesslog.NodeNamespace:       "shop",
				accesslog.UpstreamLocalURISAN: "spiffe://cluster.local/ns/shop/sa/web",
				accesslog.UpstreamPeerURISAN:  "spiffe://cluster.local/ns/bank/sa/vault",
			},
		},
		"a certificate that names no namespace": {ofShop, values{accesslog.UpstreamLocalURISAN: "spiffe://example.org/web"}, ofShop},
		"a certificate without a namespace, a resource without one": {
			values{accesslog.NodePod: "web-0"}, values{accesslog.UpstreamLocalURISAN: "spiffe://example.org/web"}, values{accesslog.NodePod: "web-0"},
		},
		"a resource that names nobody": {
			values{},
			values{accesslog.NodeNamespace: "bank", accesslog.UpstreamLocalURISAN: "spiffe://cluster.local/ns/bank/sa/vault", accesslog.ResponseCode: "200"},
			values{accesslog.ResponseCode: "200"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var resource, rec accesslog.Record
			for op, value := range tt.resource {
				resource.Set(op, value)
			}
			for op, value := range tt.record {
				rec.Set(op, value)
			}
			TakeProxy(&rec, &resource)
			got := values{}
			for op, value := range rec.Each {
				got[op] = value
			}
			assert.Equal(t, tt.want, got)
		})
	}
}
