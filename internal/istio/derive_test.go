// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

var defaults = Options{Schema: contract.SchemaIstio, HostHeaderFallback: FallbackOutbound, BlockedWithoutCluster: BlackHoleCluster}

// factsOf are the facts of a record by some rules.
func factsOf(o *Options, rec *accesslog.Record) *Facts {
	f := o.Classify(rec)
	return &f
}

// recordOf makes a record from operator keys and values.
func recordOf(t *testing.T, values map[string]string) *accesslog.Record {
	t.Helper()
	var rec accesslog.Record
	for key, v := range values {
		op, ok := formats.Operators.ByKey(key)
		require.True(t, ok, key)
		rec.Set(op, v)
	}
	return &rec
}

func TestDestinationService(t *testing.T) {
	http := func(more map[string]string) map[string]string {
		m := map[string]string{"protocol": "HTTP/1.1", "method": "GET", "response_code": "200", "authority": "h.example:80"}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	tcp := func(more map[string]string) map[string]string {
		m := map[string]string{"protocol": "-", "method": "-", "response_code": "0"}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	const unknown = Unknown
	for name, tc := range map[string]struct {
		in   map[string]string
		want [4]string // reporter, service, name, namespace
	}{
		"route block_all":         {http(map[string]string{"route_name": "block_all"}), [4]string{"source", "h.example:80", BlackHoleCluster, unknown}},
		"route allow_any":         {http(map[string]string{"route_name": "allow_any", "upstream_cluster": "PassthroughCluster;"}), [4]string{"source", "h.example:80", PassthroughCluster, unknown}},
		"route of a user":         {http(map[string]string{"route_name": "allow_any_of_mine", "upstream_cluster": "outbound|80||a.b.svc.cluster.local"}), [4]string{"source", "a.b.svc.cluster.local", "a", "b"}},
		"dynamic dns":             {http(map[string]string{"route_name": "allow_any_dynamic_dns", "upstream_cluster": "AllowAnyDynamicDNSCluster"}), [4]string{"source", "h.example:80", AllowAnyDynamicDNSCluster, unknown}},
		"passthrough, no route":   {http(map[string]string{"upstream_cluster": "PassthroughCluster"}), [4]string{"source", "h.example:80", PassthroughCluster, unknown}},
		"tcp passthrough":         {tcp(map[string]string{"upstream_cluster": "PassthroughCluster"}), [4]string{"source", unknown, PassthroughCluster, unknown}},
		"tcp blocked":             {tcp(map[string]string{"upstream_cluster": "BlackHoleCluster", "response_flags": "UH"}), [4]string{"source", unknown, BlackHoleCluster, unknown}},
		"tcp blocked, no cluster": {tcp(map[string]string{"upstream_cluster": "-", "response_flags": "UH"}), [4]string{"source", unknown, BlackHoleCluster, unknown}},
		"no endpoints":            {tcp(map[string]string{"upstream_cluster": "outbound|9002||nobody.foo.svc.cluster.local", "response_flags": "UH"}), [4]string{"source", "nobody.foo.svc.cluster.local", "nobody", "foo"}},
		"service entry":           {http(map[string]string{"upstream_cluster": "outbound|80||api.example.org"}), [4]string{"source", "api.example.org", "api.example.org", unknown}},
		"metadata":                {http(map[string]string{"upstream_cluster": "outbound|80||api.example.org", "cluster_services": `[{"host":"api.example.org","name":"api.example.org","namespace":"default"}]`}), [4]string{"source", "api.example.org", "api.example.org", "default"}},
		"subset":                  {http(map[string]string{"upstream_cluster": "outbound_.80_.v1_.a.b.svc.cluster.local"}), [4]string{"source", "a.b.svc.cluster.local", "a", "b"}},
		"inbound sni":             {http(map[string]string{"upstream_cluster": "inbound|8080||", "requested_server_name": "outbound_.8080_.v1_.httpbin.foo.svc.cluster.local"}), [4]string{"destination", "httpbin.foo.svc.cluster.local", "httpbin", "foo"}},
		"inbound sni, no peer":    {http(map[string]string{"upstream_cluster": "inbound|8080||", "downstream_peer_uri_san": "-", "requested_server_name": "outbound_.8080_.v1_.bank.foo.svc.cluster.local", "workload_name": "httpbin", "namespace": "foo"}), [4]string{"destination", "httpbin", "httpbin", "foo"}},
		"inbound sni, elsewhere":  {http(map[string]string{"upstream_cluster": "inbound|8080||", "requested_server_name": "outbound_.8080_.v1_.bank.vault.svc.cluster.local", "workload_name": "httpbin", "namespace": "foo"}), [4]string{"destination", "httpbin", "httpbin", "foo"}},
		"outbound sni":            {tcp(map[string]string{"upstream_cluster": "PassthroughCluster", "requested_server_name": "outbound_.80_._.bank.vault.svc.cluster.local"}), [4]string{"source", unknown, PassthroughCluster, unknown}},
		"inbound host header":     {http(map[string]string{"upstream_cluster": "inbound|8080||"}), [4]string{"destination", unknown, unknown, unknown}},
		"inbound passthrough":     {tcp(map[string]string{"upstream_cluster": "InboundPassthroughCluster", "namespace": "foo"}), [4]string{"destination", unknown, "InboundPassthroughCluster", "foo"}},
		"inbound route of a user": {http(map[string]string{"upstream_cluster": "inbound|8080||", "route_name": "block_all"}), [4]string{"destination", unknown, unknown, unknown}},
		"waypoint":                {http(map[string]string{"upstream_cluster": "inbound-vip|9080|http|reviews.bookinfo.svc.cluster.local;"}), [4]string{"waypoint", "reviews.bookinfo.svc.cluster.local", "reviews", "bookinfo"}},
		"egress gateway":          {http(map[string]string{"node_id": "router~10.0.0.1~egress-1.istio-system~istio-system.svc.cluster.local", "upstream_cluster": "outbound|80||api.example.org", "downstream_peer_uri_san": "spiffe://x/ns/a/sa/b"}), [4]string{"source", "api.example.org", "api.example.org", unknown}},
		"gateway, unknown host":   {http(map[string]string{"node_id": "router~10.0.0.1~egress-1.istio-system~istio-system.svc.cluster.local", "upstream_cluster": "-"}), [4]string{"source", unknown, unknown, unknown}},
		"blocked http, no route":  {http(map[string]string{"response_code": "502", "response_flags": "-", "upstream_cluster": "-", "upstream_host": "-"}), [4]string{"source", "h.example:80", BlackHoleCluster, unknown}},
		"direct response":         {http(map[string]string{"response_code": "502", "response_flags": "-", "response_code_details": "direct_response"}), [4]string{"source", "h.example:80", "h.example:80", unknown}},
		"peer's namespace":        {http(map[string]string{"upstream_cluster": "outbound|80||api.example.org", "upstream_workload": "w;ns;c;;k"}), [4]string{"source", "api.example.org", "api.example.org", "ns"}},
	} {
		t.Run(name, func(t *testing.T) {
			rec := recordOf(t, tc.in)
			ls := defaults.Derive(rec, factsOf(&defaults, rec)).Labels
			assert.Equal(t, tc.want, [4]string{
				ls[contract.Reporter], ls[contract.DestinationService],
				ls[contract.DestinationServiceName], ls[contract.DestinationServiceNamespace],
			})
		})
	}
}

func TestVerdict(t *testing.T) {
	for name, tc := range map[string]struct {
		in   map[string]string
		want contract.Verdict
	}{
		"http end":        {map[string]string{"access_log_type": "DownstreamEnd"}, contract.VerdictHTTP},
		"tcp end":         {map[string]string{"access_log_type": "TcpConnectionEnd"}, contract.VerdictTCP},
		"periodic":        {map[string]string{"access_log_type": "TcpPeriodic"}, contract.VerdictPeriodic},
		"connect":         {map[string]string{"access_log_type": "TcpUpstreamConnected"}, contract.VerdictConnect},
		"upstream":        {map[string]string{"access_log_type": "UpstreamEnd"}, contract.VerdictUpstream},
		"tunnel":          {map[string]string{"access_log_type": "DownstreamTunnelSuccessfullyEstablished"}, contract.VerdictTunnel},
		"listener":        {map[string]string{"access_log_type": "NotSet", "response_flags": "NR"}, contract.VerdictListener},
		"listener text":   {map[string]string{"method": "-", "protocol": "-", "response_flags": "NR", "response_code_details": "filter_chain_not_found"}, contract.VerdictListener},
		"http NR":         {map[string]string{"method": "GET", "protocol": "HTTP/1.1", "response_code": "404", "response_flags": "NR"}, contract.VerdictHTTP},
		"no duration":     {map[string]string{"method": "-", "protocol": "-", "duration": "-"}, contract.VerdictPeriodic},
		"text tcp":        {map[string]string{"method": "-", "protocol": "-", "duration": "1"}, contract.VerdictTCP},
		"bad request":     {map[string]string{"method": "-", "protocol": "HTTP/1.1", "response_code": "400", "response_flags": "DPE"}, contract.VerdictHTTP},
		"code 0":          {map[string]string{"method": "GET", "protocol": "HTTP/1.1", "response_code": "0", "response_flags": "DC"}, contract.VerdictHTTP},
		"hbone":           {map[string]string{"method": "CONNECT", "protocol": "HTTP/2", "downstream_local_address": "10.0.0.1:15008"}, contract.VerdictTunnel},
		"hbone origin":    {map[string]string{"upstream_cluster": "connect_originate"}, contract.VerdictTunnel},
		"connect request": {map[string]string{"method": "CONNECT", "protocol": "HTTP/1.1", "downstream_local_address": "1.2.3.4:80"}, contract.VerdictHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, defaults.Classify(recordOf(t, tc.in)).Verdict)
		})
	}
}

// Labels must not depend on anything but Facts and Inputs: the processor
// recognises a label set by those.
func TestInputsAreComplete(t *testing.T) {
	in := map[string]string{
		"node_id": "sidecar~10.0.0.1~sleep-7656cf8794-cgsm5.default~x", "upstream_cluster": "outbound|80||a.b.svc.cluster.local",
		"protocol": "HTTP/2", "method": "POST", "response_code": "200", "content_type": "application/grpc", "grpc_status_number": "0",
	}
	rec := recordOf(t, in)
	facts := defaults.Classify(rec)
	want := defaults.Derive(rec, &facts).Labels
	isInput := map[accesslog.Op]bool{}
	for _, op := range Inputs {
		isInput[op] = true
	}
	for op := range accesslog.NumOps {
		changed := recordOf(t, in)
		changed.Set(op, "10.0.0.1:1234")
		if facts.Inputs(changed).Has(op) || defaults.Classify(changed) != facts {
			continue
		}
		got := defaults.Derive(changed, &facts).Labels
		assert.Equal(t, want, got, op)
	}
}

func TestDestinationIP(t *testing.T) {
	for _, tc := range [][3]string{
		{"1.2.3.4:443", "", "1.2.3.4"},
		{"-", "203.0.113.10:80", "203.0.113.10"},
		{"[2001:db8::10]:80", "", "2001:db8::10"},
		{"[2001:DB8:0::10]:80", "", "2001:db8::10"},
		{"[::ffff:1.2.3.4]:80", "", "1.2.3.4"},
		{"10.1.0.0/16", "", "10.1.0.0/16"},
		{"envoy://inbound-vip|9080", "9.9.9.9:1", "9.9.9.9"},
		{"01.2.3.4:80", "", "unknown"},
		{"300.2.3.4:80", "", "unknown"},
		{"example.org:80", "-", "unknown"},
		{"", "", "unknown"},
	} {
		rec := recordOf(t, map[string]string{"upstream_host": tc[0], "downstream_local_address": tc[1]})
		assert.Equal(t, tc[2], DestinationIP(rec), tc)
	}
}

func TestSafeValue(t *testing.T) {
	assert.Equal(t, "a\uFFFDb", SafeValue("a\nb"))
	assert.Equal(t, "\uFFFDé", SafeValue("\xffé"))
	long := make([]byte, 5000)
	for i := range long {
		long[i] = 'h'
	}
	assert.Len(t, SafeValue(string(long)), contract.MaxValueLen)
	_, err := json.Marshal(SafeValue("\xff\xfe"))
	require.NoError(t, err)
}
