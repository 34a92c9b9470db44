// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Envoy's own access log service leaves absent values out, and says whether the
// client had a certificate.
func TestConnectionMTLS(t *testing.T) {
	const sni = "outbound_.8080_.v1_.bank.foo.svc.cluster.local"
	for name, tc := range map[string]struct {
		in     map[string]string
		policy string
		name   string
	}{
		"client with certificate": {
			map[string]string{"connection_mtls": "true", "downstream_peer_uri_san": "spiffe://x/ns/a/sa/b", "downstream_local_uri_san": "spiffe://x/ns/foo/sa/c", "requested_server_name": sni},
			"mutual_tls", "bank",
		},
		"client without": {map[string]string{"connection_mtls": "false", "requested_server_name": sni}, "none", "httpbin"},
		"not said":       {map[string]string{"requested_server_name": sni}, Unknown, "bank"},
		"outbound":       {map[string]string{"connection_mtls": "true", "upstream_cluster": "outbound|80||a.b.svc.cluster.local"}, Unknown, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			in := map[string]string{"access_log_type": "DownstreamEnd", "upstream_cluster": "inbound|8080||", "namespace": "foo", "workload_name": "httpbin"}
			for k, v := range tc.in {
				in[k] = v
			}
			rec := recordOf(t, in)
			ls := defaults.Derive(rec, factsOf(&defaults, rec)).Labels
			assert.Equal(t, tc.policy, ls[contract.ConnectionSecurityPolicy])
			assert.Equal(t, tc.name, ls[contract.DestinationServiceName])
		})
	}
}

// A pod without the label app has none, whatever its proxy's cluster is called.
func TestAppOfPodWithoutLabel(t *testing.T) {
	in := map[string]string{"node_cluster": "sleep.default", "access_log_type": "DownstreamEnd"}
	assert.Equal(t, "sleep", proxyIdentity(recordOf(t, in), "").App)
	in["pod"] = "sleep-7656cf8794-cgsm5"
	assert.Empty(t, proxyIdentity(recordOf(t, in), "").App)
	in["app"] = "other"
	assert.Equal(t, "other", proxyIdentity(recordOf(t, in), "").App)
}

// Of a request of which nothing but its end is known, as the logger for TCP tells
// it, one request counts and no code.
func TestRequestWithoutCode(t *testing.T) {
	rec := recordOf(t, map[string]string{"access_log_type": "DownstreamEnd", "response_flags": "-", "upstream_cluster": PassthroughCluster, "route_name": "allow_any", "bytes_sent": "12"})
	assert.True(t, rec.IsAccessLog())
	facts := defaults.Classify(rec)
	got := defaults.Derive(rec, &facts)
	ls, verdict := got.Labels, got.Verdict
	assert.Equal(t, contract.VerdictHTTP, verdict)
	assert.Equal(t, Unknown, ls[contract.ResponseCode])
	assert.Equal(t, "http", ls[contract.RequestProtocol])
	assert.Equal(t, PassthroughCluster, ls[contract.DestinationServiceName])
	_, ok := rec.Int(accesslog.ResponseCode)
	assert.False(t, ok)
}
