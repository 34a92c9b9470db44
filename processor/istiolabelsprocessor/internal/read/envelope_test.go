// SPDX-License-Identifier: Apache-2.0

package read

import (
	encjson "encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const (
	agentText = `[2025-09-21T10:11:12.345Z] "GET / HTTP/1.1" 502 - direct_response - "-" 0 0 0 - "-" "curl/8.9.1" "1b4e" "blocked2.example.net" "-" - - 203.0.113.34:80 10.44.1.23:41130 - block_all`
	agentJSON = `{"authority":"blocked2.example.net","response_flags":"-","response_code":502,"route_name":"block_all","method":"GET","protocol":"HTTP/1.1"}`
)

// Log agents and container runtimes put the line into a map or an object.
func TestEnvelopes(t *testing.T) {
	docker := asJSON(t, map[string]any{"log": agentText + "\n", "stream": "stdout", "time": "2025-09-21T10:11:12.4Z"})
	for name, body := range map[string]any{
		"fluent-bit":             map[string]any{"log": agentText, "stream": "stdout", "logtag": "F", "kubernetes": map[string]any{"pod_name": "sleep-1"}},
		"message":                map[string]any{"message": agentText + "\n"},
		"with a mark":            map[string]any{"log": "2025-09-21T10:11:12.4Z stdout F " + agentText},
		"without the time":       map[string]any{"log": strings.TrimPrefix(agentText, "[2025-09-21T10:11:12.345Z] "), "time": "x"},
		"JSON in a map":          map[string]any{"log": agentJSON, "stream": "stdout"},
		"docker":                 docker,
		"docker, JSON":           asJSON(t, map[string]any{"log": agentJSON + "\n", "stream": "stdout"}),
		"docker in a map":        map[string]any{"log": docker},
		"message in JSON":        asJSON(t, map[string]any{"level": "info", "message": agentText}),
		"merged members":         map[string]any{"log": "-", "authority": "blocked2.example.net", "response_flags": "-", "response_code": 502, "route_name": "block_all", "method": "GET", "protocol": "HTTP/1.1"},
		"names beside the line":  map[string]any{"log": agentText, "namespace": "kube-system", "app": "agent", "cluster_name": "prod.k8s"},
		"an object for the line": map[string]any{"log": map[string]any{"a": "b"}, "message": agentText},
	} {
		t.Run(name, func(t *testing.T) {
			found, _ := newReader(t, "", nil).all(request(t, body, nil, nil))
			require.Empty(t, found.Reason)
			assert.False(t, found.Record.Ambiguous)
			assert.Equal(t, "blocked2.example.net", found.Record.Get(accesslog.Authority))
			assert.Equal(t, "502", found.Record.Get(accesslog.ResponseCode))
			assert.Equal(t, "block_all", found.Record.Get(accesslog.RouteName))
			assert.False(t, found.Record.Has(accesslog.NodeNamespace))
			assert.False(t, found.Record.Has(accesslog.NodeApp))
		})
	}
	deep := agentText
	for range 5 {
		deep = asJSON(t, map[string]any{"log": deep})
	}
	for name, tc := range map[string]struct {
		body any
		want contract.Verdict
	}{
		"no line":     {map[string]any{"log": "started"}, contract.VerdictNoFormat},
		"two lines":   {map[string]any{"log": agentText + "\n" + agentText}, contract.VerdictBadText},
		"two objects": {agentJSON + "\n" + agentJSON, contract.VerdictBadJSON},
		"too deep":    {deep, contract.VerdictNoFormat},
		"other name":  {map[string]any{"text": agentText}, contract.VerdictNoFormat},
		"no text":     {map[string]any{"log": 1}, contract.VerdictNoFormat},
	} {
		t.Run(name, func(t *testing.T) {
			found, _ := newReader(t, "", nil).all(request(t, tc.body, nil, nil))
			assert.Equal(t, tc.want, found.Reason)
		})
	}
}

// A format that only looks like JSON has no quotes around a missing number.
func TestJSONLikeText(t *testing.T) {
	for _, body := range []string{
		`{ "response_duration": -, "response_code": "0", "response_flags": "UH", "upstream_cluster": "BlackHoleCluster", "protocol": "-", "request_duration":- }` + "\n",
		`{"response_code":-,"response_flags":"UH","bytes_sent":0,"upstream_cluster":"BlackHoleCluster","duration":-}`,
		`2025-09-21T10:11:12.4Z stdout F {"response_code": -, "response_flags": "UH", "bytes_sent": 0, "upstream_cluster": "BlackHoleCluster"}`,
	} {
		found, _ := newReader(t, "", nil).all(request(t, body, nil, nil))
		require.Empty(t, found.Reason, body)
		assert.Equal(t, "BlackHoleCluster", found.Record.Get(accesslog.UpstreamCluster))
		assert.Equal(t, "UH", found.Record.Get(accesslog.ResponseFlags))
		assert.Empty(t, found.Record.Get(accesslog.Duration))
	}
}

// Two labels for one operator: the better one counts, in whatever order they come.
func TestTwoLabelsForOneOperator(t *testing.T) {
	labels := map[string]string{"a": "%UPSTREAM_CLUSTER%", "b": "%UPSTREAM_CLUSTER_RAW%", "host": "%UPSTREAM_HOST%", "address": "%UPSTREAM_REMOTE_ADDRESS%", "x": "%RESPONSE_FLAGS%", "code": "%RESPONSE_CODE%"}
	for name, tc := range map[string]struct{ a, b, want string }{
		"both":        {"alias", "outbound|80||a.b.svc.cluster.local", "outbound|80||a.b.svc.cluster.local"},
		"better only": {"-", "PassthroughCluster", "PassthroughCluster"},
		"worse only":  {"PassthroughCluster;", "-", "PassthroughCluster;"},
	} {
		t.Run(name, func(t *testing.T) {
			values := map[string]any{"a": tc.a, "b": tc.b, "host": "10.0.0.1:80", "address": "10.0.0.2:80", "x": "-", "code": "200"}
			for range 20 { // maps come in any order
				found, _ := newReader(t, "", labels).all(request(t, "", values, nil))
				assert.Equal(t, tc.want, found.Record.Get(accesslog.UpstreamCluster))
				assert.Equal(t, "10.0.0.1:80", found.Record.Get(accesslog.UpstreamHost))
				found, _ = newReader(t, "", labels).all(request(t, asJSON(t, values), nil, nil))
				assert.Equal(t, tc.want, found.Record.Get(accesslog.UpstreamCluster))
			}
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := encjson.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
