// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/plogtest"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// forgedNames is what a sender might try to count itself with.
func forgedNames() map[string]any {
	return map[string]any{
		contract.AttrVersion: 2, contract.AttrVerdict: "http", contract.AttrSchema: "istio", contract.AttrDuration: 1, contract.AttrMessagesSent: 99,
		contract.Prefix + "future": "x", "team": "mine",
		"source_workload": "bank", "destination_ip": "9.9.9.9", "permissive_response_code": "none", "grpc_response_status": "7",
		"kept": "yes",
	}
}

// What arrives under names of the contract or of labels says nothing about a
// record that is ours, wherever it stands.
func TestForgedContract(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		for _, place := range []string{"record", "scope", "resource"} {
			t.Run(labelsOn+"/"+place, func(t *testing.T) {
				ld := textLogs(linePassthrough)
				rl := ld.ResourceLogs().At(0)
				attributes := map[string]pcommon.Map{
					"record":   rl.ScopeLogs().At(0).LogRecords().At(0).Attributes(),
					"scope":    rl.ScopeLogs().At(0).Scope().Attributes(),
					"resource": rl.Resource().Attributes(),
				}[place]
				require.NoError(t, attributes.FromRaw(forgedNames()))
				p := newTest(t, map[string]any{"labels_on": labelsOn})
				want, removed := p.label(t, textLogs(linePassthrough)), 10
				switch {
				case place == "record":
					want["kept"], want["team"] = "yes", "mine" // no label here: an attribute as any
				case place == "resource", labelsOn == "record":
					removed = 6 // nobody looks for labels there
				}
				assert.Equal(t, want, p.label(t, ld))
				assert.EqualValues(t, removed, p.count("removed_attributes"))
			})
		}
	}
}

// A label that the user removes or that the schema leaves empty must not come
// from the sender instead.
func TestForgedAbsentLabel(t *testing.T) {
	for _, place := range []string{"record", "scope", "resource"} {
		p := newTest(t, map[string]any{"remove": []any{"source_app"}, "labels": map[string]any{"app": `attributes["namespace"]`}})
		ld := attributeLogs(t, recommended(map[string]any{"namespace": "default"}))
		rl := ld.ResourceLogs().At(0)
		for _, name := range []string{"source_app", "grpc_response_status", "app"} {
			map[string]pcommon.Map{
				"record":   rl.ScopeLogs().At(0).LogRecords().At(0).Attributes(),
				"scope":    rl.ScopeLogs().At(0).Scope().Attributes(),
				"resource": rl.Resource().Attributes(),
			}[place].PutStr(name, "forged")
		}
		got := p.label(t, ld)
		assert.NotContains(t, got, "source_app", place)
		assert.NotContains(t, got, "grpc_response_status", place)
		assert.Equal(t, "default", got["app"], place)
	}
}

// A proxy's own attributes stay, but those with the name of a label are one.
func TestAttributesOfProxyStay(t *testing.T) {
	got := newTest(t, nil).label(t, attributeLogs(t, recommended(map[string]any{"response_code": 200, "x_mine": "a"})))
	assert.Equal(t, "200", got["response_code"], "a label is a string")
	assert.Equal(t, "-", got["response_flags"])
	assert.Equal(t, "a", got["x_mine"])
	assert.Equal(t, "PassthroughCluster", got["upstream_cluster_raw"])
	assert.Equal(t, int64(9_000_000), got[contract.AttrDuration])
	assert.Equal(t, int64(90), got[contract.AttrBytesReceived])
	assert.Equal(t, int64(251), got[contract.AttrBytesSent])
}

// others are records of applications, in a request with a resource, a scope,
// schema URLs, times and ids.
func others(t *testing.T, n int) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.SetSchemaUrl("https://example.org/resource")
	require.NoError(t, rl.Resource().Attributes().FromRaw(map[string]any{"service.name": "shop", "source_workload": "shop", "reporter": "shop"}))
	sl := rl.ScopeLogs().AppendEmpty()
	sl.SetSchemaUrl("https://example.org/scope")
	sl.Scope().SetName("logger")
	sl.Scope().SetVersion("1.2")
	require.NoError(t, sl.Scope().Attributes().FromRaw(map[string]any{"library": "x", "destination_service": "shop"}))
	for i := range n {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetTimestamp(pcommon.Timestamp(1000 + i))
		lr.SetObservedTimestamp(pcommon.Timestamp(2000 + i))
		lr.SetSeverityNumber(plog.SeverityNumberWarn)
		lr.SetSeverityText("warn")
		lr.SetEventName("event")
		lr.SetTraceID(pcommon.TraceID{1, byte(i)})
		lr.SetSpanID(pcommon.SpanID{2, byte(i)})
		lr.SetFlags(1)
		lr.SetDroppedAttributesCount(3)
		lr.Body().SetStr([]string{"hello", "[not an access log", `{"msg": "x"}`, `{"msg": `}[i%4])
		require.NoError(t, lr.Attributes().FromRaw(map[string]any{
			"method": "GET", "duration": 1.5, "response_code": 200, "destination_workload": "db", "nested": map[string]any{"a": []any{1, 2}},
		}))
	}
	return ld
}

// Records that are not ours keep all that they have; only what looks like our
// verdict goes.
func TestOthersStayUntouched(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		in, want := others(t, 8), others(t, 8)
		rl := in.ResourceLogs().At(0)
		rl.Resource().Attributes().PutStr(contract.AttrVerdict, "http")
		rl.ScopeLogs().At(0).Scope().Attributes().PutStr(contract.AttrSchema, "istio")
		rl.ScopeLogs().At(0).LogRecords().At(3).Attributes().PutInt(contract.AttrDuration, 1)
		p := newTest(t, map[string]any{"labels_on": labelsOn})
		require.NoError(t, plogtest.CompareLogs(want, p.process(t, in)))
		p.assertVerdicts(t, map[contract.Verdict]int64{
			contract.VerdictNoFormat: 4, contract.VerdictBadText: 2, contract.VerdictBadJSON: 2,
		})
	}
}

// In one scope with ours, others keep resource, scope, times and ids, too.
func TestMixedRequest(t *testing.T) {
	for _, labelsOn := range []string{"scope", "record"} {
		in := others(t, 8)
		records := in.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		mine := records.AppendEmpty()
		mine.Body().SetStr(linePassthrough)
		mine.SetTimestamp(5)
		mine.SetTraceID(pcommon.TraceID{9})

		out := newTest(t, map[string]any{"labels_on": labelsOn}).process(t, in)
		var ours map[string]any
		scope := map[string]string{"scope": contract.ScopeName, "record": "logger"}[labelsOn]
		rest := plog.NewLogs()
		for _, rl := range out.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					if lr.Body().Str() != linePassthrough {
						continue
					}
					ours = seen(rl, sl, lr)
					assert.Equal(t, pcommon.Timestamp(5), lr.Timestamp())
					assert.Equal(t, pcommon.TraceID{9}, lr.TraceID())
					assert.Equal(t, "https://example.org/resource", rl.SchemaUrl())
					assert.Equal(t, "https://example.org/scope", sl.SchemaUrl())
					assert.Equal(t, scope, sl.Scope().Name())
					assert.Equal(t, map[string]any{"service.name": "shop", "source_workload": "shop", "reporter": "shop"}, rl.Resource().Attributes().AsRaw())
				}
			}
		}
		assert.Equal(t, "source", ours["reporter"])
		assert.Equal(t, "unknown", ours["source_workload"], "the resource's attribute is no label of ours")
		assert.Equal(t, "e3.example", ours["destination_service"], "nor the scope's")

		out.ResourceLogs().At(0).CopyTo(rest.ResourceLogs().AppendEmpty())
		rest.ResourceLogs().At(0).ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool { return sl.Scope().Name() == contract.ScopeName })
		rest.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().RemoveIf(func(lr plog.LogRecord) bool { return lr.Body().Str() == linePassthrough })
		require.NoError(t, plogtest.CompareLogs(others(t, 8), rest), "the first scope is still that of the others")
	}
}
