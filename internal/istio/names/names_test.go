// SPDX-License-Identifier: Apache-2.0

package names

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestParseCluster(t *testing.T) {
	for name, want := range map[string]Cluster{
		"outbound|80||a.b.svc.cluster.local":         {Outbound, "a.b.svc.cluster.local"},
		"outbound|80|v1|a.b.svc.cluster.local":       {Outbound, "a.b.svc.cluster.local"},
		"outbound_.80_.v1_.a.b.svc.cluster.local":    {Outbound, "a.b.svc.cluster.local"},
		"inbound|8080||":                             {Inbound, ""},
		"inbound_.8080_._.a.b.svc.cluster.local":     {Inbound, "a.b.svc.cluster.local"},
		"inbound-vip|9080|http|a.b.svc":              {Waypoint, "a.b.svc"},
		"inbound-pod|9080||10.0.0.1":                 {Waypoint, "10.0.0.1"},
		"outbound|80":                                {Outbound, ""},
		"outbound":                                   {},
		"outbound.example":                           {},
		"inbound-vip":                                {},
		contract.PassthroughCluster:                  {},
		"":                                           {},
		"my-outbound|80||a.b.svc.cluster.local":      {},
		"invalid:outbound_.80_._.a.b.svc.cluster.lo": {},
	} {
		assert.Equal(t, want, ParseCluster(name), name)
		if want != (Cluster{}) {
			assert.Equal(t, want.Direction, DirectionOfCluster(name), name)
		}
	}
	assert.Equal(t, Outbound, DirectionOfCluster(contract.BlackHoleCluster))
	assert.Equal(t, Inbound, DirectionOfCluster(inboundPassthroughCluster))
	assert.Equal(t, NoDirection, DirectionOfCluster("agent"))
}

func TestDestinations(t *testing.T) {
	for _, cluster := range []string{contract.BlackHoleCluster, contract.PassthroughCluster, contract.AllowAnyDynamicDNSCluster, inboundPassthroughCluster, inboundPassthroughClusterIPv4, inboundPassthroughClusterIPv6} {
		name, ok := DestinationOfCluster(cluster)
		assert.True(t, ok, cluster)
		assert.Equal(t, cluster, name)
	}
	for route, want := range map[string]string{"block_all": contract.BlackHoleCluster, "allow_any": contract.PassthroughCluster, "allow_any_dynamic_dns": contract.AllowAnyDynamicDNSCluster} {
		name, ok := DestinationOfRoute(route)
		assert.True(t, ok, route)
		assert.Equal(t, want, name, route)
	}
	for _, name := range []string{"", "-", "default", "allow_any_of_mine", "outbound|80||a.b", "passthroughcluster"} {
		_, ok := DestinationOfCluster(name)
		assert.False(t, ok, name)
		_, ok = DestinationOfRoute(name)
		assert.False(t, ok, name)
	}
}

func TestParseService(t *testing.T) {
	for host, want := range map[string]Service{
		"a.b.svc.cluster.local":  {"a", "b", "cluster.local"},
		"a.b.svc.cluster.local.": {"a", "b", "cluster.local"},
		"a.b.svc.corp.example":   {"a", "b", "corp.example"},
	} {
		service, ok := ParseService(host)
		assert.True(t, ok, host)
		assert.Equal(t, want, service, host)
	}
	for _, host := range []string{"", "svc", "a.svc", "a.b", "a.b.svc", "a.b.svc.", "db18.tcp.svc", "a.b.svcs", "a.b.c.svc", "api.example.com"} {
		service, ok := ParseService(host)
		assert.False(t, ok, host)
		assert.Empty(t, service, host)
	}
}

func TestParseNode(t *testing.T) {
	for id, want := range map[string]Node{
		"sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local": {"sidecar", "10.0.0.1", "web-1", "shop", "cluster.local"},
		"router~10.0.0.1~a.b.shop~x~y":                       {"router", "10.0.0.1", "a.b", "shop", ""},
		"sidecar~10.0.0.1~web~x":                             {"sidecar", "10.0.0.1", "", "", ""},
		"sidecar~10.0.0.1~web-1.shop":                        {},
		"shop":                                               {},
		"":                                                   {},
		"~~~":                                                {},
	} {
		assert.Equal(t, want, ParseNode(id), id)
	}
	app, namespace := ParseNodeCluster("web.shop")
	assert.Equal(t, [2]string{"web", "shop"}, [2]string{app, namespace})
	app, namespace = ParseNodeCluster("istio-proxy")
	assert.Empty(t, app+namespace)
}

func TestNamespaceOfPrincipal(t *testing.T) {
	assert.Equal(t, "shop", NamespaceOfPrincipal(FirstURI("spiffe://c/ns/shop/sa/web,spiffe://c/ns/bank/sa/web")))
	for _, principal := range []string{"", "spiffe://c/ns/shop", "spiffe://c/sa/web", "spiffe://c/ns"} {
		assert.Empty(t, NamespaceOfPrincipal(principal), principal)
	}
}

func TestNamespaceOfSPIFFE(t *testing.T) {
	for uri, want := range map[string]string{
		"spiffe://cluster.local/ns/shop/sa/web":      "shop",
		"spiffe://cluster.local/ns/shop/sa/web/more": "",
		"spiffe://cluster.local/x/ns/shop/sa/web":    "",
		"spiffe://cluster.local/ns/shop":             "",
		"https://cluster.local/ns/shop/sa/web":       "",
		"spiffe://cluster.local/ns//sa/web":          "",
		"":                                           "",
	} {
		assert.Equal(t, want, NamespaceOfSPIFFE(uri), uri)
	}
}
