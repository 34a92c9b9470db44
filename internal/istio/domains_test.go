// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestClusterDomain(t *testing.T) {
	const corp = "sidecar~10.0.0.1~x-1.y~y.svc.corp.example"
	for name, tc := range map[string]struct {
		cluster, node, domain string
		want                  [2]string // name, namespace
	}{
		"default":              {"outbound|80||a.b.svc.cluster.local", "", "", [2]string{"a", "b"}},
		"without domain":       {"outbound|80||db18.tcp.svc", "", "", [2]string{"db18.tcp.svc", Unknown}},
		"dot at the end":       {"outbound|80||db18.tcp.svc.", "", "", [2]string{"db18.tcp.svc.", Unknown}},
		"other domain":         {"outbound|80||a.b.svc.corp.example", "", "", [2]string{"a.b.svc.corp.example", Unknown}},
		"domain of the node":   {"outbound|80||a.b.svc.corp.example", corp, "", [2]string{"a", "b"}},
		"configured domain":    {"outbound|80|v1|a.b.svc.corp.example", "", "corp.example", [2]string{"a", "b"}},
		"configured another":   {"outbound|80||a.b.svc.cluster.local", "", "corp.example", [2]string{"a.b.svc.cluster.local", Unknown}},
		"several clusters":     {"outbound_.80_._.a.b.svc.clusterset.local", "", "", [2]string{"a", "b"}},
		"longer than a domain": {"outbound|80||a.b.svc.cluster.local.example", "", "", [2]string{"a.b.svc.cluster.local.example", Unknown}},
		"more before svc":      {"outbound|80||a.b.c.svc.cluster.local", "", "", [2]string{"a.b.c.svc.cluster.local", Unknown}},
		"semicolon":            {"outbound|80||a.b.svc.cluster.local;", "", "", [2]string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := defaults
			o.ClusterDomain = tc.domain
			rec := recordOf(t, map[string]string{"upstream_cluster": tc.cluster, "protocol": "-", "response_code": "0"})
			if tc.node != "" {
				rec.Set(accesslog.NodeID, tc.node)
			}
			ls := o.Derive(rec, factsOf(&o, rec)).Labels
			assert.Equal(t, tc.want, [2]string{ls[contract.DestinationServiceName], ls[contract.DestinationServiceNamespace]})
		})
	}
}

// What came in for no service is told by the proxy's own canonical service.
func TestInboundWithoutService(t *testing.T) {
	const node = "sidecar~10.44.1.27~benefits-7f9c6d5b8-k2x4q.benefits~benefits.svc.cluster.local"
	for name, tc := range map[string]struct {
		in   map[string]string
		want [3]string // service, name, namespace
	}{
		"request":          {map[string]string{"protocol": "HTTP/1.1", "authority": "whatever.example", "upstream_cluster": "inbound|9080||"}, [3]string{"routing", "routing", "benefits"}},
		"connection":       {map[string]string{"protocol": "-", "upstream_cluster": "inbound|9080||;"}, [3]string{"routing", "routing", "benefits"}},
		"passthrough":      {map[string]string{"protocol": "-", "upstream_cluster": "InboundPassthroughCluster"}, [3]string{"routing", "InboundPassthroughCluster", "benefits"}},
		"passthrough IPv4": {map[string]string{"protocol": "HTTP/1.1", "authority": "x", "upstream_cluster": "InboundPassthroughClusterIpv4"}, [3]string{"routing", "InboundPassthroughClusterIpv4", "benefits"}},
		"passthrough IPv6": {map[string]string{"protocol": "-", "upstream_cluster": "InboundPassthroughClusterIpv6"}, [3]string{"routing", "InboundPassthroughClusterIpv6", "benefits"}},
		"listener alone":   {map[string]string{"protocol": "HTTP/1.1", "listener_direction": "1", "upstream_cluster": "-"}, [3]string{"routing", "routing", "benefits"}},
		"own address":      {map[string]string{"protocol": "HTTP/1.1", "response_code": "400", "downstream_local_address": "10.44.1.27:9080"}, [3]string{"routing", "routing", "benefits"}},
		"with a service":   {map[string]string{"protocol": "HTTP/1.1", "upstream_cluster": "inbound|9080||web.benefits.svc.cluster.local"}, [3]string{"web.benefits.svc.cluster.local", "web", "benefits"}},
		"outbound":         {map[string]string{"protocol": "-", "upstream_cluster": "PassthroughCluster"}, [3]string{Unknown, "PassthroughCluster", Unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			rec := recordOf(t, tc.in)
			rec.Set(accesslog.NodeID, node)
			rec.Set(accesslog.NodeCanonicalName, "routing")
			ls := defaults.Derive(rec, factsOf(&defaults, rec)).Labels
			assert.Equal(t, tc.want, [3]string{ls[contract.DestinationService], ls[contract.DestinationServiceName], ls[contract.DestinationServiceNamespace]})
		})
	}
}

func TestMarkedServerName(t *testing.T) {
	for sni, want := range map[string]string{
		"outbound_.8000_._.web.shop.svc.cluster.local":                 "web.shop.svc.cluster.local",
		"invalid:outbound_.8000_._.web.shop.svc.cluster.local":         "web.shop.svc.cluster.local",
		"invalid:outbound_.8000_.v1_.web.shop.svc.cluster.local":       "web.shop.svc.cluster.local",
		"invalid:invalid:outbound_.8000_._.web.shop.svc.cluster.local": Unknown,
		"invalid:web.shop.svc.cluster.local":                           Unknown,
		"invalid:outbound_.80_._.BlackHoleCluster":                     Unknown,
		"invalid:": Unknown,
	} {
		rec := recordOf(t, map[string]string{"upstream_cluster": "inbound|8080||;", "protocol": "HTTP/1.1", "requested_server_name": sni})
		d := defaults.Derive(rec, factsOf(&defaults, rec))
		assert.Equal(t, want, d.Labels[contract.DestinationService], sni)
		if want != Unknown {
			assert.Equal(t, ClaimedService, d.Claims[contract.DestinationService], "a client may have written it")
		}
		// On an outbound record it is a client's word, whatever it says.
		rec.Set(accesslog.UpstreamCluster, "PassthroughCluster")
		assert.Equal(t, Unknown, defaults.Derive(rec, factsOf(&defaults, rec)).Labels[contract.DestinationService], sni)
		name, _ := defaults.ClaimedHost(rec, factsOf(&defaults, rec))
		assert.Empty(t, name, sni)
	}
}

// A request that Envoy could not read has no cluster. The pod's address, which a
// collector put on its resource, tells who it came in to.
func TestPodIP(t *testing.T) {
	for pod, want := range map[string]string{"10.0.0.7": "destination", "10.0.0.8": "source", "": "source"} {
		rec := recordOf(t, map[string]string{"protocol": "HTTP/1.1", "response_code": "400", "response_flags": "DPE", "route_name": "-", "downstream_local_address": "10.0.0.7:8080", "pod_ip": pod})
		assert.Equal(t, want, defaults.Derive(rec, factsOf(&defaults, rec)).Labels[contract.Reporter], pod)
	}
}
