// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestTraffic(t *testing.T) {
	connection := map[string]string{"upstream_cluster": "PassthroughCluster", "protocol": "-", "method": "-", "response_code": "0"}
	request := map[string]string{"upstream_cluster": "PassthroughCluster", "protocol": "HTTP/1.1", "method": "GET", "authority": "h.example", "response_code": "200"}
	for name, tc := range map[string]struct {
		base, more map[string]string
		want       contract.Traffic
	}{
		"connection":          {connection, nil, contract.TrafficTCP},
		"server name":         {connection, map[string]string{"requested_server_name": "api.example.com"}, contract.TrafficTLS},
		"blocked":             {connection, map[string]string{"upstream_cluster": "BlackHoleCluster"}, contract.TrafficTCP},
		"request":             {request, nil, contract.TrafficHTTP},
		"blocked by route":    {request, map[string]string{"upstream_cluster": "-", "route_name": "block_all"}, contract.TrafficHTTP},
		"gRPC":                {request, map[string]string{"protocol": "HTTP/2", "content_type": "application/grpc"}, contract.TrafficGRPC},
		"entry":               {request, map[string]string{"upstream_cluster": "outbound|80||api.example.com"}, contract.TrafficHTTP},
		"entry over TLS":      {connection, map[string]string{"upstream_cluster": "outbound|443||api.example.com", "requested_server_name": "api.example.com"}, contract.TrafficTLS},
		"service":             {request, map[string]string{"upstream_cluster": "outbound|80||a.b.svc.cluster.local"}, contract.TrafficStays},
		"inbound":             {request, map[string]string{"upstream_cluster": "inbound|80||"}, contract.TrafficStays},
		"inbound passthrough": {connection, map[string]string{"upstream_cluster": "InboundPassthroughCluster"}, contract.TrafficStays},
		"still open":          {connection, map[string]string{"access_log_type": "TcpPeriodic"}, contract.TrafficStays},
	} {
		t.Run(name, func(t *testing.T) {
			in := maps.Clone(tc.base)
			maps.Copy(in, tc.more)
			rec := recordOf(t, in)
			o := defaults
			facts := o.Classify(rec)
			assert.Equal(t, tc.want, o.Derive(rec, &facts).Traffic)
		})
	}
}

func TestProxy(t *testing.T) {
	for name, tc := range map[string]struct {
		in   map[string]string
		want string
	}{
		"node id":          {map[string]string{"node_id": "sidecar~10.0.0.1~web-0.shop~shop.svc.cluster.local"}, "web-0.shop"},
		"of another form":  {map[string]string{"node_id": "web-0"}, ""},
		"cut off":          {map[string]string{"node_id": "sidecar~10.0.0.1"}, ""},
		"pod":              {map[string]string{"pod": "web-0", "namespace": "shop"}, "web-0.shop"},
		"without a space":  {map[string]string{"pod": "web-0"}, ""},
		"both":             {map[string]string{"node_id": "router~10.0.0.1~gateway-0.istio-system~x", "pod": "web-0", "namespace": "shop"}, "gateway-0.istio-system"},
		"nothing names it": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, Proxy(recordOf(t, tc.in)))
		})
	}
}

func TestDestinationPort(t *testing.T) {
	for name, tc := range map[string]struct {
		in   map[string]string
		want uint16
	}{
		"original destination":       {map[string]string{"downstream_local_address": "203.0.113.1:443", "upstream_cluster": "outbound|80||h"}, 443},
		"IPv6":                       {map[string]string{"downstream_local_address": "[2001:db8::1]:8443"}, 8443},
		"cluster":                    {map[string]string{"upstream_cluster": "outbound|80||api.example.com"}, 80},
		"cluster of a wildcard":      {map[string]string{"downstream_local_address": "-", "upstream_cluster": "outbound|443||*.example.com"}, 443},
		"no port":                    {map[string]string{"downstream_local_address": "203.0.113.1", "upstream_cluster": "PassthroughCluster"}, 0},
		"port 0":                     {map[string]string{"downstream_local_address": "203.0.113.1:0"}, 0},
		"a number that is no port":   {map[string]string{"downstream_local_address": "203.0.113.1:70000"}, 0},
		"a name in place of address": {map[string]string{"downstream_local_address": "host:80"}, 0},
		"bad cluster":                {map[string]string{"upstream_cluster": "outbound|http||h"}, 0},
		"gateway":                    {map[string]string{"node_id": "router~10.0.0.1~gw.istio-system~x", "downstream_local_address": "10.0.0.1:8443", "upstream_cluster": "outbound|80||api.example.com"}, 80},
		"gateway without a cluster":  {map[string]string{"node_id": "router~10.0.0.1~gw.istio-system~x", "downstream_local_address": "10.0.0.1:8443", "upstream_cluster": "BlackHoleCluster"}, 8443},
		"nothing":                    {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			port, ok := DestinationPort(recordOf(t, tc.in))
			assert.Equal(t, tc.want, port)
			assert.Equal(t, tc.want != 0, ok)
		})
	}
}
