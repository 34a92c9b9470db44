// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadatatest"
)

// Lines of Istio's default text, one of each kind that matters here.
const (
	lineBlocked     = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 502 - direct_response - "-" 7 8 9 - "-" "curl/8" "id-1" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`
	linePassthrough = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 7 8 9 1 "-" "curl/8" "id-1" "e3.example" "203.0.113.10:80" PassthroughCluster 10.244.0.8:34644 203.0.113.10:80 10.244.0.8:38258 - allow_any`
	lineKnown       = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 418 - via_upstream - "-" 0 120 5 4 "-" "curl/8" "id-1" "httpbin.foo:8080" "10.244.0.9:8080" outbound|8080|v1|httpbin.foo.svc.cluster.local 10.244.0.8:34644 10.96.0.80:8080 10.244.0.8:38258 - default`
	lineTCP         = `[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 11 12 13 - "-" "-" "-" "-" "203.0.113.10:443" PassthroughCluster 10.244.0.8:34644 203.0.113.10:443 10.244.0.8:38258 - -`
	lineTCPBlocked  = `[2026-11-23T03:26:42.738Z] "- - -" 0 UH - - "-" 0 0 13 - "-" "-" "-" "-" "-" BlackHoleCluster - 203.0.113.10:443 10.244.0.8:38258 - -`
	lineInbound     = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 0 120 2 1 "-" "curl/8" "id-1" "anything.example" "10.244.0.9:8080" inbound|8080|| 127.0.0.6:41231 10.244.0.9:8080 10.244.0.8:38258 outbound_.8080_._.httpbin.foo.svc.cluster.local default`
	linePeriodic    = `[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 11 12 - - "-" "-" "-" "-" "203.0.113.10:443" PassthroughCluster 10.244.0.8:34644 203.0.113.10:443 10.244.0.8:38258 - -`
	lineListener    = `[2026-11-23T03:26:42.738Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.0.9:9 10.244.0.8:38258 - -`
)

// testProcessor is a processor, what left it and what it counted.
type testProcessor struct {
	processor.Logs
	cfg  *Config
	sink *consumertest.LogsSink
	tel  *componenttest.Telemetry
}

// newTest makes a processor with settings as they stand in YAML.
func newTest(tb testing.TB, settings map[string]any) *testProcessor {
	tb.Helper()
	return newTestOf(tb, settings, func(*Config) {})
}

// newTestWalk is a walk without a processor around it.
func newTestWalk(tb testing.TB, settings map[string]any) *walk {
	tb.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(tb, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	s, err := newStages(cfg, componenttest.NewNopTelemetrySettings())
	require.NoError(tb, err)
	return newWalk(s)
}

// newTestOfOneSource lets one source have all slots, too.
func newTestOfOneSource(tb testing.TB, settings map[string]any) *testProcessor {
	tb.Helper()
	return newTestOf(tb, settings, func(cfg *Config) {
		for label, l := range cfg.Limits {
			l.Fixed.MaxSourceShare, l.Fixed.GuaranteedShares = 1, nil
			cfg.Limits[label] = l
		}
	})
}

// newTestOf changes the configuration, too.
func newTestOf(tb testing.TB, settings map[string]any, change func(*Config)) *testProcessor {
	tb.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(tb, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	require.NoError(tb, confmap.Validate(cfg))
	change(cfg)
	p := &testProcessor{cfg: cfg, sink: new(consumertest.LogsSink), tel: componenttest.NewTelemetry()}
	tb.Cleanup(func() { assert.NoError(tb, p.tel.Shutdown(context.WithoutCancel(tb.Context()))) })
	var err error
	p.Logs, err = createLogs(tb.Context(), metadatatest.NewSettings(p.tel), cfg, p.sink)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, p.Shutdown(context.WithoutCancel(tb.Context()))) })
	return p
}

// process sends one request through and returns what left.
func (p *testProcessor) process(tb testing.TB, ld plog.Logs) plog.Logs {
	tb.Helper()
	p.sink.Reset()
	records := ld.LogRecordCount()
	require.NoError(tb, p.ConsumeLogs(tb.Context(), ld))
	require.Len(tb, p.sink.AllLogs(), 1)
	out := p.sink.AllLogs()[0]
	require.Equal(tb, records, out.LogRecordCount(), "no record is lost or made")
	return out
}

// label sends one record through and returns all that stands on it, its scope
// and its resource, looked up as a reader of the contract does.
func (p *testProcessor) label(tb testing.TB, ld plog.Logs) map[string]any {
	tb.Helper()
	require.Equal(tb, 1, ld.LogRecordCount())
	for _, rl := range p.process(tb, ld).ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			if sl.LogRecords().Len() == 1 {
				return seen(rl, sl, sl.LogRecords().At(0))
			}
		}
	}
	require.Fail(tb, "no record left")
	return nil
}

// seen is what a reader of the contract finds for a record, and all else that
// stands on the record. A label that stands nowhere has its default, and an empty
// one is left out.
func seen(_ plog.ResourceLogs, sl plog.ScopeLogs, lr plog.LogRecord) map[string]any {
	all := map[string]any{}
	levels := []pcommon.Map{lr.Attributes()}
	if _, onScope := sl.Scope().Attributes().Get(contract.AttrVersion); onScope {
		levels = []pcommon.Map{sl.Scope().Attributes(), lr.Attributes()}
	}
	for _, m := range levels {
		for k, v := range m.All() {
			all[k] = v.AsRaw()
		}
	}
	delete(all, contract.AttrIncarnation) // another one in each test
	schema, ours := all[contract.AttrSchema].(string)
	if !ours {
		return all
	}
	for _, l := range contract.Schema(schema).Labels(contract.HTTP) {
		if _, ok := all[l.String()]; !ok {
			all[l.String()] = l.Default()
		}
		if all[l.String()] == "" {
			delete(all, l.String())
		}
	}
	return all
}

// slotsOf lists the labels whose values have slots.
func slotsOf(seen map[string]any) (labels []string) {
	for name := range seen {
		if label, ok := strings.CutPrefix(name, contract.SlotPrefix); ok {
			labels = append(labels, label)
		}
	}
	slices.Sort(labels)
	return labels
}

// withoutSlots leaves the slots out.
func withoutSlots(seen map[string]any) map[string]any {
	seen = maps.Clone(seen)
	maps.DeleteFunc(seen, func(name string, _ any) bool { return strings.HasPrefix(name, contract.SlotPrefix) })
	return seen
}

// textLogs is a request of lines, as Istio's default provider sends it.
func textLogs(lines ...string) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, line := range lines {
		records.AppendEmpty().Body().SetStr(line + "\n")
	}
	return ld
}

// attributeLogs is a request of one record with these attributes.
func attributeLogs(tb testing.TB, attributes map[string]any) plog.Logs {
	tb.Helper()
	ld := plog.NewLogs()
	lr := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	require.NoError(tb, lr.Attributes().FromRaw(attributes))
	return ld
}

// recommended is a record with attributes of the recommended labels.
func recommended(more map[string]any) map[string]any {
	m := map[string]any{
		"access_log_type": "DownstreamEnd", "method": "GET", "authority": "e3.example", "route_name": "allow_any",
		"upstream_cluster_raw": "PassthroughCluster", "upstream_host": "203.0.113.10:80", "downstream_local_address": "203.0.113.10:80",
		"response_code": "200", "response_flags": "-", "duration": "9", "listener_direction": "2",
		"downstream_wire_bytes_received": "90", "downstream_wire_bytes_sent": "251",
	}
	for k, v := range more {
		m[k] = v
	}
	return m
}

// resourceLogs adds attributes to a request's resource.
func resourceLogs(tb testing.TB, ld plog.Logs, attributes map[string]any) plog.Logs {
	tb.Helper()
	require.NoError(tb, ld.ResourceLogs().At(0).Resource().Attributes().FromRaw(attributes))
	return ld
}

// assertVerdicts checks the counts of all verdicts: those not named are zero.
func (p *testProcessor) assertVerdicts(tb *testing.T, want map[contract.Verdict]int64) {
	tb.Helper()
	var points []metricdata.DataPoint[int64]
	for v, n := range want {
		points = append(points, metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(attribute.String("verdict", string(v)))})
	}
	metricdatatest.AssertEqual(tb, metricdata.Sum[int64]{
		Temporality: metricdata.CumulativeTemporality, IsMonotonic: true, DataPoints: points,
	}, p.metric(tb, "records"), metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
}

func (p *testProcessor) metric(tb testing.TB, name string) metricdata.Sum[int64] {
	tb.Helper()
	m, err := p.tel.GetMetric("otelcol_processor_istio_labels_" + name)
	require.NoError(tb, err)
	return m.Data.(metricdata.Sum[int64])
}

// count is the value of a counter without attributes, 0 if it never moved.
func (p *testProcessor) count(name string) int64 {
	m, err := p.tel.GetMetric("otelcol_processor_istio_labels_" + name)
	if err != nil {
		return 0
	}
	var n int64
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		n += point.Value
	}
	return n
}

// assertSafe checks the values of all labels in a request.
func assertSafe(tb testing.TB, ld plog.Logs, names ...string) {
	tb.Helper()
	for l := range contract.NumLabels {
		names = append(names, l.String())
	}
	check := func(m pcommon.Map) {
		for _, name := range names {
			v, ok := m.Get(name)
			if !ok {
				continue
			}
			s := v.AsString()
			if !utf8.ValidString(s) || len(s) > contract.MaxValueLen || strings.ContainsFunc(s, unicode.IsControl) {
				assert.Failf(tb, "unsafe", "%s=%q", name, s[:min(len(s), 300)])
			}
		}
	}
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			if _, ours := sl.Scope().Attributes().Get(contract.AttrVerdict); !ours {
				continue
			}
			check(sl.Scope().Attributes())
			for _, lr := range sl.LogRecords().All() {
				check(lr.Attributes())
			}
		}
	}
}
