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

// The name that the client gave stands on a record to a ServiceEntry, if it is another one.
func TestClientName(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		p := newTest(t, map[string]any{"labels_on": labelsOn})
		entry := connection("sleep", "203.0.113.10", "evil.example.org")
		entry["upstream_cluster_raw"] = "outbound|443||api.example.com"
		got := p.label(t, attributeLogs(t, entry))
		assert.Equal(t, "evil.example.org", got[contract.AttrClientName])
		assert.Equal(t, string(contract.NameOfEntry), got[contract.AttrNameSource])
		for name, value := range got {
			if name != "requested_server_name" && name != contract.AttrClientName {
				assert.NotEqual(t, "evil.example.org", value, "%s: a client's word is no label", name)
			}
		}

		entry["requested_server_name"] = "api.example.com"
		assert.NotContains(t, p.label(t, attributeLogs(t, entry)), contract.AttrClientName)
		entry["requested_server_name"], entry["upstream_cluster_raw"] = "evil.example.org", "PassthroughCluster"
		assert.NotContains(t, p.label(t, attributeLogs(t, entry)), contract.AttrClientName, "no ServiceEntry")
		entry["upstream_cluster_raw"] = "outbound|443||cart.shop.svc.cluster.local"
		assert.NotContains(t, p.label(t, attributeLogs(t, entry)), contract.AttrClientName, "traffic of the mesh")
		entry["upstream_cluster_raw"], entry["access_log_type"] = "outbound|443||api.example.com", "TcpPeriodic"
		assert.NotContains(t, p.label(t, attributeLogs(t, entry)), contract.AttrClientName, "not counted")
	}
}

// A sender that writes the attribute itself says nothing.
func TestForgedClientName(t *testing.T) {
	p := newTest(t, nil)
	entry := connection("sleep", "203.0.113.10", "api.example.com")
	entry["upstream_cluster_raw"], entry[contract.AttrClientName] = "outbound|443||api.example.com", "forged.example.org"
	assert.NotContains(t, p.label(t, attributeLogs(t, entry)), contract.AttrClientName)
}

// What is read from JSON lasts longer than the line.
func TestProxyOfJSON(t *testing.T) {
	p := newTest(t, nil)
	var lines []string
	for _, pod := range []string{"web-0", "web-1", "web-2"} {
		lines = append(lines, `{"node_id":"sidecar~10.0.0.1~`+pod+`.shop~shop.svc.cluster.local","upstream_cluster":"outbound|80||api.example.com","route_name":"80","response_code":200,"response_flags":"-","method":"GET","authority":"`+pod+`.example"}`)
	}
	var got, names []string
	for _, rl := range p.process(t, textLogs(lines...)).ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				proxy, _ := lr.Attributes().Get(contract.AttrProxy)
				got = append(got, proxy.Str())
				name, _ := lr.Attributes().Get(contract.AttrClientName)
				names = append(names, name.Str())
			}
		}
	}
	assert.Equal(t, []string{"web-0.shop", "web-1.shop", "web-2.shop"}, got)
	assert.Equal(t, []string{"web-0.example", "web-1.example", "web-2.example"}, names)
}
