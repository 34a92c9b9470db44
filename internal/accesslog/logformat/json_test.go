// SPDX-License-Identifier: Apache-2.0

package logformat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/accesslogtest"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

func TestJSONMembersTwice(t *testing.T) {
	var r logformat.JSONReader
	var rec accesslog.Record
	keys, err := formats.Operators.CompileLabels(nil)
	require.NoError(t, err)
	require.NoError(t, r.Parse(`{"response_code":502,"upstream_cluster":"PassthroughCluster","user_agent":"x","upstream_cluster":"outbound|80||bank"}`, keys, &rec))
	assert.True(t, rec.Ambiguous)
	assert.Empty(t, rec.Get(accesslog.UpstreamCluster))
	assert.Equal(t, "502", rec.Get(accesslog.ResponseCode))
}

// A line of many values would take many times its length in memory. What a client
// writes into a string is no such line.
func TestJSONOfManyValues(t *testing.T) {
	const many = 1 << 15
	keys, err := formats.Operators.CompileLabels(nil)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		path       string
		understood bool
	}{
		"an array":                 {"[" + strings.Repeat("1,", many) + "1]", false},
		"empty arrays":             {"[[]" + strings.Repeat(",[]", many/2) + "]", false},
		"an array of fewer":        {"[" + strings.Repeat("1,", many-100) + "1]", true},
		"text of commas":           {`"/` + strings.Repeat(",[{", many) + `"`, true},
		"text of quotes and so on": {`"/` + strings.Repeat(`\",[\\`, many) + `"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			var r logformat.JSONReader
			var rec accesslog.Record
			err := r.Parse(`{"response_code":502,"response_flags":"-","path":`+tt.path+`}`, keys, &rec)
			assert.Equal(t, tt.understood, err == nil)
		})
	}
}

func FuzzJSONReader(f *testing.F) {
	f.Add(`{"authority":"h","duration":9,"response_code":200,"response_flags":"-","upstream_cluster":"PassthroughCluster","x_forwarded_for":null}`)
	f.Add(`2026-11-23T03:26:42.738Z stdout F {"response_code":1e400,"bytes_sent":-1,"duration":true,"cluster_services":[{"host":"a"}]}`)
	f.Add(`{"\u0061uthority":"\ud800\u0000","a":{}}`)
	f.Add(strings.Repeat(`{"a":[`, 200))
	keys, err := formats.Operators.CompileLabels(nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, line string) {
		var r logformat.JSONReader
		var rec accesslog.Record
		if r.Parse(line, keys, &rec) == nil {
			assert.True(t, logformat.LooksLikeJSON(line))
			assert.True(t, rec.Borrowed)
		}
		accesslogtest.AssertConsistent(t, &rec)
	})
}
