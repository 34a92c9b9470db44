// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

func TestSender(t *testing.T) {
	type says map[accesslog.Op]string
	for name, tt := range map[string]struct {
		says   says
		agrees bool
	}{
		"nothing":                                {says{}, true},
		"its namespace":                          {says{accesslog.NodeNamespace: "shop"}, true},
		"another namespace":                      {says{accesslog.NodeNamespace: "bank"}, false},
		"its node id":                            {says{accesslog.NodeID: "sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local"}, true},
		"another node id":                        {says{accesslog.NodeID: "sidecar~10.0.0.1~web-1.bank~bank.svc.cluster.local"}, false},
		"its namespace, another node id":         {says{accesslog.NodeNamespace: "shop", accesslog.NodeID: "sidecar~10.0.0.1~web-1.bank~x"}, false},
		"a node id of another form":              {says{accesslog.NodeID: "bank"}, true},
		"its cluster":                            {says{accesslog.NodeCluster: "web.shop"}, true},
		"another cluster alone":                  {says{accesslog.NodeCluster: "web.bank"}, false},
		"another cluster beside its namespace":   {says{accesslog.NodeCluster: "web.bank", accesslog.NodeNamespace: "shop"}, false},
		"a cluster without a namespace":          {says{accesslog.NodeCluster: "istio-proxy"}, true},
		"another cluster beside its certificate": {says{accesslog.NodeCluster: "web.bank", accesslog.UpstreamLocalURISAN: "spiffe://cluster.local/ns/shop/sa/web"}, false},
		"its certificate":                        {says{accesslog.UpstreamLocalURISAN: "spiffe://cluster.local/ns/shop/sa/web"}, true},
		"another certificate":                    {says{accesslog.DownstreamLocalURISAN: "spiffe://cluster.local/ns/bank/sa/web"}, false},
		"another certificate behind its own":     {says{accesslog.DownstreamLocalURISAN: "spiffe://c/ns/shop/sa/web, spiffe://c/ns/bank/sa/web"}, false},
		"its peer's certificate":                 {says{accesslog.DownstreamPeerURISAN: "spiffe://cluster.local/ns/bank/sa/web"}, true},
		"no value":                               {says{accesslog.NodeNamespace: "-", accesslog.UpstreamLocalURISAN: "-"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := Sender{Namespace: "shop"}
			for op, value := range tt.says {
				s.Claim(op, value)
			}
			assert.Equal(t, tt.agrees, s.Agrees())
		})
	}
}
