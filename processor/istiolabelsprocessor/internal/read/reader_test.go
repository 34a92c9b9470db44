// SPDX-License-Identifier: Apache-2.0

package read

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

const (
	line = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 7 8 9 1 "-" "curl/8" "id-1" "e3.example" "203.0.113.10:80" PassthroughCluster 10.244.0.8:34644 203.0.113.10:80 10.244.0.8:38258 - allow_any`
	json = `{"response_code":"200","response_flags":"-","upstream_cluster":"PassthroughCluster","authority":"e3.example"}`
)

// testReader reads one record after the other into the same memory.
type testReader struct {
	*Reader
	record accesslog.Record
}

// newReader reads with formats of the user's own.
func newReader(tb testing.TB, text string, labels map[string]string) *testReader {
	tb.Helper()
	keys, err := formats.Operators.CompileLabels(labels)
	require.NoError(tb, err)
	o := Options{Keys: keys, Names: attrname.New([]string{"team"}, func(name string) bool { _, ok := keys.Lookup(name); return ok })}
	if text != "" {
		o.Text, err = formats.Operators.CompileText(text)
		require.NoError(tb, err)
	}
	return &testReader{Reader: New(o).NewReader()}
}

// request is a record with a body and attributes, and attributes of its resource.
func request(tb testing.TB, body any, attributes, resource map[string]any) plog.ResourceLogs {
	tb.Helper()
	rl := plog.NewLogs().ResourceLogs().AppendEmpty()
	require.NoError(tb, rl.Resource().Attributes().FromRaw(resource))
	lr := rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	require.NoError(tb, lr.Attributes().FromRaw(attributes))
	require.NoError(tb, lr.Body().FromRaw(body))
	return rl
}

// foundRecord is what is found in a log record, and its values.
type foundRecord struct {
	Found
	Record *accesslog.Record
}

func (r *testReader) all(rl plog.ResourceLogs) (foundRecord, Foreign) {
	resource, foreign := r.Resource(rl.Resource())
	return foundRecord{r.Read(rl.ScopeLogs().At(0).LogRecords().At(0), resource, &r.record), &r.record}, foreign
}

func TestValuesComeFromAttributesThenBodyThenResource(t *testing.T) {
	r := newReader(t, "", nil)
	found, _ := r.all(request(t, line,
		map[string]any{"response_flags": "UF", "duration": 3, "bytes_sent": 12.0, "workload_name": "sleep", "mesh": true},
		map[string]any{"k8s.deployment.name": "collector", "k8s.namespace.name": "default"}))
	assert.Empty(t, found.Reason)
	for op, want := range map[accesslog.Op]string{
		accesslog.ResponseFlags: "UF", accesslog.Duration: "3", accesslog.BytesSent: "12", accesslog.NodeWorkload: "sleep", accesslog.NodeMeshID: "true",
		accesslog.ResponseCode: "200", accesslog.UpstreamCluster: "PassthroughCluster",
		accesslog.NodeNamespace: "default",
	} {
		assert.Equal(t, want, found.Record.Get(op), op.Key())
	}
}

func TestReasons(t *testing.T) {
	const anything = "%PATH% | %REQ(X-A)%"
	for name, tc := range map[string]struct {
		text       string
		body       any
		attributes map[string]any
		want       contract.Verdict
	}{
		"text":                             {"", line, nil, ""},
		"bytes":                            {"", []byte(line), nil, ""},
		"JSON":                             {"", json, nil, ""},
		"map":                              {"", map[string]any{"response_flags": "-", "response_code": 200}, nil, ""},
		"attributes":                       {"", nil, map[string]any{"response_flags": "-", "response_code": 200}, ""},
		"attributes, whatever the body":    {"", "{", map[string]any{"response_flags": "-", "response_code": 200}, ""},
		"nothing":                          {"", nil, nil, contract.VerdictNoFormat},
		"number":                           {"", 1, nil, contract.VerdictNoFormat},
		"an application's text":            {"", "hello", nil, contract.VerdictNoFormat},
		"an application's JSON":            {"", `{"method":"GET","duration":1}`, nil, contract.VerdictNoFormat},
		"an application's map":             {"", map[string]any{"duration": 1}, nil, contract.VerdictNoFormat},
		"cut text":                         {"", line[:40], nil, contract.VerdictBadText},
		"cut JSON":                         {"", json[:40], nil, contract.VerdictBadJSON},
		"own text that fits anything":      {anything, "a | b", nil, contract.VerdictNoFormat},
		"own text beside an access log":    {anything, "/a | b", map[string]any{"response_flags": "-", "response_code": 200}, ""},
		"own text beside a sender's name":  {"%UPSTREAM_HOST% %ROUTE_NAME%", "10.0.0.1:80 block_all", map[string]any{"pod": "sleep-1"}, ""},
		"Istio's text beside the user's":   {anything, line, nil, ""},
		"own text, and nothing is left":    {"%PATH% %ROUTE_NAME%", "hello world", nil, contract.VerdictNoFormat},
		"JSON beside own text of anything": {"%PATH%", json, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, _ := newReader(t, tc.text, nil).all(request(t, tc.body, tc.attributes, nil))
			assert.Equal(t, tc.want, found.Reason)
		})
	}
}

// What a format found that does not hold is taken back; what the resource said
// stays.
func TestOwnTextIsTakenBack(t *testing.T) {
	found, _ := newReader(t, "%ROUTE_NAME%", nil).all(request(t, "hello", nil, map[string]any{"k8s.namespace.name": "default"}))
	assert.Equal(t, contract.VerdictNoFormat, found.Reason)
	assert.False(t, found.Record.Has(accesslog.RouteName))
	assert.Equal(t, "default", found.Record.Get(accesslog.NodeNamespace))
}

func TestForeignNames(t *testing.T) {
	for name, tc := range map[string]struct {
		attributes map[string]any
		want       Foreign
	}{
		"none":               {map[string]any{"method": "GET", "other": 1}, Foreign{}},
		"contract":           {map[string]any{contract.AttrVerdict: "http"}, Foreign{Contract: true}},
		"label":              {map[string]any{"reporter": "source"}, Foreign{Label: true}},
		"user's label":       {map[string]any{"team": "a"}, Foreign{Label: true}},
		"label that is read": {map[string]any{"response_code": 200}, Foreign{Label: true}},
		"user's format":      {map[string]any{"source_app": "default"}, Foreign{Label: true}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReader(t, "", map[string]string{"source_app": "%UPSTREAM_CLUSTER%"})
			found, ofResource := r.all(request(t, nil, tc.attributes, tc.attributes))
			assert.Equal(t, tc.want, found.Foreign)
			assert.Equal(t, tc.want, ofResource)
		})
	}
}

func TestReaderKeepsNothing(t *testing.T) {
	r := newReader(t, "", nil)
	r.all(request(t, line, map[string]any{"namespace": "a"}, map[string]any{"cluster": "b"}))
	found, _ := r.all(request(t, line, nil, nil))
	assert.False(t, found.Record.Has(accesslog.NodeNamespace))
	assert.False(t, found.Record.Has(accesslog.NodeClusterID))
	r.all(request(t, line, map[string]any{"namespace": "a"}, map[string]any{"cluster": "b"}))
	r.Release()
	for op := range accesslog.NumOps {
		assert.Empty(t, r.resource.Raw(op))
		assert.Empty(t, r.body.Raw(op))
	}
}
