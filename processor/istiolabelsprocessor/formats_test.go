// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// The same request gives the same labels in each format.
func TestFormatsAgree(t *testing.T) {
	for format, ld := range sameRecord(t) {
		t.Run(format, func(t *testing.T) {
			got := newTest(t, nil).label(t, ld)
			for name, want := range map[string]string{
				"reporter": "source", "destination_service": "e3.example", "destination_service_name": "PassthroughCluster",
				"destination_service_namespace": "unknown", "request_protocol": "http", "response_code": "200", "response_flags": "-",
				"connection_security_policy": "unknown", contract.AttrVerdict: "http", contract.AttrSchema: "istio",
			} {
				assert.Equal(t, want, got[name], name)
			}
			assert.Equal(t, int64(9_000_000), got[contract.AttrDuration])
		})
	}
}

func TestDestinationIP(t *testing.T) {
	const (
		six = `[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 11 12 13 - "-" "-" "-" "-" "[2001:db8::10]:443" PassthroughCluster - [2001:db8::11]:443 - - -`
		dns = `[2026-11-23T03:26:42.738Z] "GET / HTTP/1.1" 503 DF - - "-" 0 22 1 - "-" "-" "-" "h" "-" AllowAnyDynamicDNSCluster - 203.0.113.10:80 - - allow_any_dynamic_dns`
	)
	on := map[string]any{"enabled": true}
	for name, tc := range map[string]struct {
		settings map[string]any
		line     string
		want     any
	}{
		"off":              {nil, linePassthrough, nil},
		"upstream host":    {map[string]any{"destination_ip": on}, linePassthrough, "203.0.113.10"},
		"original":         {map[string]any{"destination_ip": on}, lineBlocked, "203.0.113.10"},
		"tcp":              {map[string]any{"destination_ip": on}, lineTCPBlocked, "203.0.113.10"},
		"IPv6":             {map[string]any{"destination_ip": on}, six, "2001:db8::10"},
		"known service":    {map[string]any{"destination_ip": on}, lineKnown, nil},
		"dynamic dns":      {map[string]any{"destination_ip": on}, dns, nil},
		"chosen":           {map[string]any{"destination_ip": map[string]any{"enabled": true, "destinations": []any{"AllowAnyDynamicDNSCluster"}}}, dns, "203.0.113.10"},
		"not chosen":       {map[string]any{"destination_ip": map[string]any{"enabled": true, "destinations": []any{"AllowAnyDynamicDNSCluster"}}}, lineBlocked, nil},
		"chosen, but off":  {map[string]any{"destination_ip": map[string]any{"destinations": []any{"PassthroughCluster"}}}, linePassthrough, nil},
		"1.3 HTTP":         {map[string]any{"destination_ip": on, "schema": "istio-1.3"}, linePassthrough, nil},
		"1.3 TCP":          {map[string]any{"destination_ip": on, "schema": "istio-1.3"}, lineTCP, "203.0.113.10"},
		"periodic records": {map[string]any{"destination_ip": on}, linePeriodic, "203.0.113.10"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, newTest(t, tc.settings).label(t, textLogs(tc.line))["destination_ip"])
		})
	}
}

func TestOwnTextFormat(t *testing.T) {
	p := newTest(t, map[string]any{"log_format": map[string]any{
		"text": `%REQ(USER-AGENT)% | %START_TIME(%s)% %ACCESS_LOG_TYPE% %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(X-A)%" %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% %ROUTE_NAME%` + "\n",
	}})
	got := p.label(t, textLogs(`curl "8" | 1700000000 DownstreamEnd 502 - "a b" e3.example - block_all`))
	assert.Equal(t, "BlackHoleCluster", got["destination_service_name"])
	assert.Equal(t, "502", got["response_code"])
	// Istio's own lines are still understood.
	assert.Equal(t, "PassthroughCluster", p.label(t, textLogs(linePassthrough))["destination_service_name"])
}

func TestOwnLabels(t *testing.T) {
	p := newTest(t, map[string]any{"log_format": map[string]any{"labels": map[string]any{
		"where": "%UPSTREAM_CLUSTER%", "outcome": "%RESPONSE_CODE% %RESPONSE_FLAGS%", "host": "%REQ(Host)%", "mixed": "%REQ(X-A)%/%PROTOCOL%", "cluster": "east",
	}}})
	values := map[string]any{"where": "outbound|80||api.example.org;", "outcome": "503 UF,URX", "host": "api.example.org", "mixed": "x/HTTP/1.1", "cluster": "east"}
	asJSON := `{"where":"outbound|80||api.example.org;","outcome":"503 UF,URX","host":"api.example.org","mixed":"x/HTTP/1.1","cluster":"east"}`
	asMap := plog.NewLogs()
	require.NoError(t, asMap.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetEmptyMap().FromRaw(values))
	for format, ld := range map[string]plog.Logs{"attributes": attributeLogs(t, values), "json": textLogs(asJSON), "map": asMap} {
		got := p.label(t, ld)
		assert.Equal(t, "api.example.org", got["destination_service_name"], format)
		assert.Equal(t, "503", got["response_code"], format)
		assert.Equal(t, "UF,URX", got["response_flags"], format)
		assert.Equal(t, "http", got["request_protocol"], format)
		assert.Equal(t, "east", got["source_cluster"], format)
	}
}

// Two names may carry one operator. The better spelling wins, wherever it stands,
// and the other one fills what it leaves empty.
func TestTwoNamesForOneOperator(t *testing.T) {
	p := newTest(t, map[string]any{"log_format": map[string]any{"labels": map[string]any{
		"by_alias": "%UPSTREAM_CLUSTER%", "raw": "%UPSTREAM_CLUSTER_RAW%", "code": "%RESPONSE_CODE%", "status": "%RESPONSE_CODE%",
	}}})
	for name, tc := range map[string]struct {
		body string
		want [2]any // destination_service_name, response_code
	}{
		"better first":      {`{"raw":"outbound|80||api.example.org","by_alias":"outbound|80||alias.example.org","code":"503","status":"503"}`, [2]any{"api.example.org", "503"}},
		"better last":       {`{"by_alias":"outbound|80||alias.example.org","raw":"outbound|80||api.example.org","status":"503","code":"503"}`, [2]any{"api.example.org", "503"}},
		"better is missing": {`{"raw":"-","by_alias":"outbound|80||alias.example.org","code":"-","status":"503"}`, [2]any{"alias.example.org", "503"}},
		"the other first":   {`{"by_alias":"outbound|80||alias.example.org","raw":"-","status":"503","code":"-"}`, [2]any{"alias.example.org", "503"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.label(t, textLogs(strings.Replace(tc.body, "{", `{"method":"GET","response_flags":"-",`, 1)))
			assert.Equal(t, tc.want, [2]any{got["destination_service_name"], got["response_code"]})
		})
	}
}

// Numbers come as strings, integers, floats and JSON numbers.
func TestTypedNumbers(t *testing.T) {
	for _, code := range []any{"503", 503, 503.0} {
		got := newTest(t, nil).label(t, attributeLogs(t, recommended(map[string]any{
			"response_code": code, "duration": 12.0, "downstream_wire_bytes_received": 77, "downstream_wire_bytes_sent": "78",
		})))
		assert.Equal(t, "503", got["response_code"], "%T", code)
		assert.Equal(t, int64(12_000_000), got[contract.AttrDuration])
		assert.Equal(t, int64(77), got[contract.AttrBytesReceived])
		assert.Equal(t, int64(78), got[contract.AttrBytesSent])
	}
}

// Bodies as bytes, and what log collectors put before a line.
func TestBodies(t *testing.T) {
	asBytes := plog.NewLogs()
	asBytes.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetEmptyBytes().FromRaw([]byte(linePassthrough))
	for name, ld := range map[string]plog.Logs{
		"bytes":          asBytes,
		"containerd":     textLogs("2026-11-23T03:26:42.738Z stdout F " + linePassthrough),
		"stern":          textLogs("sleep-7656cf8794-cgsm5 istio-proxy " + linePassthrough),
		"kubectl":        textLogs("[pod/sleep-7656cf8794-cgsm5/istio-proxy] " + linePassthrough),
		"docker compose": textLogs("sleep-1  | " + linePassthrough),
		"json, prefixed": textLogs("2026-11-23T03:26:42.738Z stdout F " + jsonPassthrough),
	} {
		assert.Equal(t, "PassthroughCluster", newTest(t, nil).label(t, ld)["destination_service_name"], name)
	}
}

// With Istio's text nothing but the resource names the sender.
func TestKubernetesResource(t *testing.T) {
	got := newTest(t, nil).label(t, resourceLogs(t, textLogs(linePassthrough), map[string]any{
		"k8s.deployment.name": "sleep", "k8s.namespace.name": "default", "k8s.cluster.name": "east", "k8s.pod.name": "sleep-7656cf8794-cgsm5",
		"k8s.pod.label.app": "sleep-app", "k8s.pod.label.version": "v2",
	}))
	for name, want := range map[string]string{
		"source_workload": "sleep", "source_workload_namespace": "default", "source_cluster": "east", "source_app": "sleep-app",
		"source_version": "v2", "source_canonical_service": "sleep-app", "source_canonical_revision": "v2",
	} {
		assert.Equal(t, want, got[name], name)
	}
	got = newTest(t, nil).label(t, resourceLogs(t, textLogs(lineInbound), map[string]any{"k8s.pod.name": "httpbin-6b8c5d7f9-abcde", "k8s.namespace.name": "foo"}))
	assert.Equal(t, "httpbin", got["destination_workload"])
	assert.Equal(t, "foo", got["destination_workload_namespace"])
	assert.Equal(t, "unknown", got["source_workload"])
}

// What the proxy says of itself wins over what the resource says.
func TestProxyBeforeResource(t *testing.T) {
	got := newTest(t, nil).label(t, resourceLogs(t, attributeLogs(t, recommended(map[string]any{"workload_name": "sleep"})),
		map[string]any{"k8s.deployment.name": "collector", "k8s.namespace.name": "default"}))
	assert.Equal(t, "sleep", got["source_workload"])
	assert.Equal(t, "default", got["source_workload_namespace"])
}

func TestEnvoyResource(t *testing.T) {
	got := newTest(t, nil).label(t, resourceLogs(t, textLogs(linePassthrough), map[string]any{
		"log_name": "otel_envoy_accesslog", "zone_name": "", "cluster_name": "sleep.default",
		"node_name": "sidecar~10.244.0.8~sleep-847f64cc8d-rsfmj.default~default.svc.cluster.local",
	}))
	assert.Equal(t, "sleep", got["source_workload"])
	assert.Equal(t, "default", got["source_workload_namespace"])
	assert.Equal(t, "sleep", got["source_app"])
}

// The labels of Istio's own samples stand beside its text.
func TestIstioSampleLabels(t *testing.T) {
	ld := textLogs(linePassthrough)
	require.NoError(t, ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().FromRaw(map[string]any{
		"pod": "sleep-7656cf8794-cgsm5", "namespace": "default", "cluster": "east", "mesh": "m",
	}))
	got := newTest(t, nil).label(t, ld)
	assert.Equal(t, "PassthroughCluster", got["destination_service_name"])
	assert.Equal(t, "sleep", got["source_workload"])
	assert.Equal(t, "default", got["source_workload_namespace"])
	assert.Equal(t, "east", got["source_cluster"])
}
