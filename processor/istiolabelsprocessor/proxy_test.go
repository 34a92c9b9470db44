// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Records of outside traffic name their proxy.
func TestProxy(t *testing.T) {
	node := func(pod string) string { return "sidecar~10.0.0.1~" + pod + ".shop~shop.svc.cluster.local" }
	p := newTest(t, nil)
	outside := recommended(map[string]any{"node_id": node("web-0")})
	assert.Equal(t, "web-0.shop", p.label(t, attributeLogs(t, outside))[contract.AttrProxy])

	inMesh := recommended(map[string]any{"node_id": node("web-0"), "upstream_cluster_raw": "outbound|80||cart.shop.svc.cluster.local", "route_name": "default"})
	assert.NotContains(t, p.label(t, attributeLogs(t, inMesh)), contract.AttrProxy, "traffic of the mesh")
	assert.NotContains(t, p.label(t, textLogs(linePassthrough)), contract.AttrProxy, "text does not say it")
}

// The address of a ServiceEntry's host proves something only if the proxy chose it.
func TestProvenAddress(t *testing.T) {
	p := newTest(t, nil)
	toEntry := map[string]any{
		"upstream_cluster_raw": "outbound|443||api.example.com", "route_name": "-",
		"upstream_host": "203.0.113.10:443", "downstream_local_address": "240.240.0.1:443",
	}
	assert.Equal(t, "203.0.113.10", p.label(t, attributeLogs(t, recommended(toEntry)))[contract.AttrProvenAddress])
	toEntry["downstream_local_address"] = "203.0.113.10:443"
	assert.NotContains(t, p.label(t, attributeLogs(t, recommended(toEntry))), contract.AttrProvenAddress, "the client's address")
	assert.NotContains(t, p.label(t, attributeLogs(t, recommended(nil))), contract.AttrProvenAddress, "no ServiceEntry")
}

// What is read from JSON lasts longer than the line.
func TestProxyOfJSON(t *testing.T) {
	p := newTest(t, nil)
	var lines []string
	for _, pod := range []string{"web-0", "web-1", "web-2"} {
		lines = append(lines, `{"node_id":"sidecar~10.0.0.1~`+pod+`.shop~shop.svc.cluster.local","upstream_cluster":"PassthroughCluster","route_name":"allow_any","response_code":200,"response_flags":"-","method":"GET","authority":"a.example"}`)
	}
	var got []string
	for _, rl := range p.process(t, textLogs(lines...)).ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				proxy, _ := lr.Attributes().Get(contract.AttrProxy)
				got = append(got, proxy.Str())
			}
		}
	}
	assert.Equal(t, []string{"web-0.shop", "web-1.shop", "web-2.shop"}, got)
}
