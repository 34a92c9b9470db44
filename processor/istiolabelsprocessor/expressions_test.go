// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const jsonPassthrough = `{"authority":"e3.example","bytes_received":7,"bytes_sent":8,"duration":9,"method":"GET","path":"/x","protocol":"HTTP/1.1","response_code":200,"response_flags":"-","route_name":"allow_any","upstream_cluster":"PassthroughCluster","upstream_host":"203.0.113.10:80","downstream_local_address":"203.0.113.10:80","user_agent":"curl/8","x_forwarded_for":null}`

// sameRecord is one request in each of the formats.
func sameRecord(t *testing.T) map[string]plog.Logs {
	t.Helper()
	asMap := plog.NewLogs()
	require.NoError(t, asMap.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().
		Body().SetEmptyMap().FromRaw(recommended(map[string]any{"user_agent": "curl/8", "path": "/x"})))
	return map[string]plog.Logs{
		"text":       textLogs(linePassthrough),
		"json":       textLogs(jsonPassthrough),
		"map":        asMap,
		"attributes": attributeLogs(t, recommended(map[string]any{"user_agent": "curl/8", "path": "/x", "x_forwarded_for": "-", "x_team": "-"})),
	}
}

// Whatever the format, expressions see each operator and each derived label.
func TestLabelExpressions(t *testing.T) {
	for format, ld := range sameRecord(t) {
		t.Run(format, func(t *testing.T) {
			got := newTest(t, map[string]any{"labels": map[string]any{
				"request_host":   `attributes["authority"]`,
				"named":          `log.attributes["authority"]`,
				"agent":          `attributes["user_agent"]`,
				"where":          `Concat([attributes["destination_service_name"], attributes["reporter"]], "/")`,
				"code":           `Int(attributes["response_code"])`,
				"half":           `Double(attributes["response_code"]) / 400.0`,
				"absent":         `attributes["nothing"]`,
				"dash":           `attributes["x_forwarded_for"]`,
				"no_team":        `attributes["x_team"]`,
				"source_cluster": `"east"`,
			}}).label(t, ld)
			for name, want := range map[string]string{
				"request_host": "e3.example", "named": "e3.example", "agent": "curl/8", "where": "PassthroughCluster/source",
				"code": "200", "half": "0.5", "absent": "unknown", "dash": "unknown", "no_team": "unknown", "source_cluster": "east",
			} {
				assert.Equal(t, want, got[name], name)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	for format, ld := range sameRecord(t) {
		for name, tc := range map[string]struct {
			conditions []any
			holds      bool
		}{
			"one":              {[]any{`attributes["authority"] == "e3.example"`}, true},
			"label":            {[]any{`attributes["destination_service_name"] == "PassthroughCluster"`}, true},
			"second":           {[]any{`attributes["authority"] == "x"`, `log.attributes["response_code"] == "200"`}, true},
			"none":             {[]any{`attributes["authority"] == "x"`, `attributes["reporter"] == "destination"`}, false},
			"error, then true": {[]any{`ParseJSON(attributes["authority"]) == nil`, `true`}, true},
			"error":            {[]any{`ParseJSON(attributes["authority"]) == nil`}, false},
		} {
			t.Run(format+"/"+name, func(t *testing.T) {
				in := plog.NewLogs()
				ld.CopyTo(in)
				p := newTest(t, map[string]any{"conditions": tc.conditions})
				got := p.label(t, in)
				if tc.holds {
					assert.Equal(t, "http", got[contract.AttrVerdict])
					p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictHTTP: 1})
					return
				}
				assert.NotContains(t, got, contract.AttrVerdict, "it is passed on, uncounted")
				p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictExcluded: 1})
			})
		}
	}
}

// An excluded record stays as it came.
func TestExcludedStaysUntouched(t *testing.T) {
	in := attributeLogs(t, recommended(map[string]any{contract.AttrVerdict: "http", "source_app": "x"}))
	got := newTest(t, map[string]any{"conditions": []any{"false"}}).label(t, in)
	assert.Equal(t, recommended(map[string]any{"source_app": "x"}), got)
}

func TestErrorModes(t *testing.T) {
	for _, mode := range []string{"ignore", "silent", "propagate"} {
		for _, key := range []string{"labels", "conditions"} {
			t.Run(mode+"/"+key, func(t *testing.T) {
				settings := map[string]any{"error_mode": mode, "labels": map[string]any{"bad": `ParseJSON(attributes["authority"])`}}
				if key == "conditions" {
					settings = map[string]any{"error_mode": mode, "conditions": []any{`ParseJSON(attributes["authority"]) == nil`, "true"}}
				}
				p := newTest(t, settings)
				err := p.ConsumeLogs(t.Context(), textLogs(linePassthrough, lineBlocked))
				if mode == "propagate" {
					require.ErrorContains(t, err, `expression "`)
					assert.Empty(t, p.sink.AllLogs())
					return
				}
				require.NoError(t, err)
				assert.EqualValues(t, 2, p.count("expression_errors"))
				p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictHTTP: 2})
				if key == "labels" {
					bad, _ := p.sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes().Get("bad")
					assert.Equal(t, "unknown", bad.Str())
				}
			})
		}
	}
}

// An attribute of the same name is where a user's label most often comes from.
func TestLabelOfAttributeOfItsName(t *testing.T) {
	p := newTest(t, map[string]any{"labels": map[string]any{"team": `attributes["team"]`, "authority": `"x"`}})
	got := p.label(t, attributeLogs(t, recommended(map[string]any{"team": "blue\n"})))
	assert.Equal(t, "blue\uFFFD", got["team"])
	assert.Equal(t, "x", got["authority"])
	assert.Equal(t, "e3.example", got["destination_service"])
	assert.Zero(t, p.count("removed_attributes"))
}

// A sender's attribute is never taken for a derived label.
func TestExpressionsDoNotSeeForgedLabels(t *testing.T) {
	got := newTest(t, map[string]any{"labels": map[string]any{"a": `attributes["grpc_response_status"]`, "b": `attributes["istio_labels.verdict"]`}}).
		label(t, attributeLogs(t, recommended(map[string]any{"grpc_response_status": "1", "istio_labels.verdict": "http"})))
	assert.Equal(t, "unknown", got["a"])
	assert.Equal(t, "unknown", got["b"])
}

// A label of the other schema is the user's own here.
func TestLabelOfOtherSchema(t *testing.T) {
	settings := map[string]any{"schema": "istio-1.3", "labels": map[string]any{"destination_cluster": `"east"`}}
	got := newTest(t, settings).label(t, textLogs(linePassthrough))
	assert.Equal(t, "east", got["destination_cluster"])
	assert.NotContains(t, got, contract.LabelPrefix+"destination_cluster")
	settings["labels_on"] = "record"
	got = newTest(t, settings).label(t, textLogs(linePassthrough))
	assert.Equal(t, "east", got["destination_cluster"])
	assert.Equal(t, "east", got[contract.LabelPrefix+"destination_cluster"], "on a record it must say that it is a label")
}

func TestOperatorsOfOwnFormatAreSeen(t *testing.T) {
	p := newTest(t, map[string]any{
		"log_format": map[string]any{"text": `[%START_TIME%] %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(X-TEAM)%"`},
		"labels":     map[string]any{"team": `attributes["REQ(X-TEAM)"]`},
	})
	assert.Equal(t, "blue one", p.label(t, textLogs(`[2026-11-23T03:26:42.738Z] e3.example PassthroughCluster 200 - "blue one"`))["team"])
}

func TestRemove(t *testing.T) {
	got := newTest(t, map[string]any{
		"remove": []any{"source_app", "response_flags", "destination_ip"}, "destination_ip": map[string]any{"enabled": true},
	}).label(t, textLogs(linePassthrough))
	for _, name := range []string{"source_app", "response_flags", "destination_ip"} {
		assert.NotContains(t, got, name)
	}
	assert.Equal(t, "unknown", got["source_version"])
}

// Expressions see a copy: what they read is not what leaves.
func TestExpressionsDoNotChangeRecords(t *testing.T) {
	settings := map[string]any{"labels": map[string]any{"host": `attributes["authority"]`}}
	out := newTest(t, settings).process(t, textLogs(linePassthrough))
	attributes := out.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
	assert.Equal(t, 5, attributes.Len(), fmt.Sprint(attributes.AsRaw()))
}
