// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"maps"
	"os"
	"slices"
	"testing"

	otelattribute "go.opentelemetry.io/otel/attribute"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadatatest"
)

// Each record has exactly one verdict.
func TestVerdictCounts(t *testing.T) {
	p := newTest(t, map[string]any{"schema": "istio-1.3", "conditions": []any{`attributes["authority"] != "excluded.example"`}})
	p.process(t, textLogs(
		linePassthrough, lineBlocked, // http
		lineTCP, lineTCPBlocked, // tcp, tcp_closed
		linePeriodic, lineListener,
		"hello", "", "[x", `{"a`, `{"a": 1}`,
	))
	for _, attributes := range []map[string]any{
		{"access_log_type": "TcpUpstreamConnected", "response_flags": "-", "bytes_sent": "0"},
		{"access_log_type": "DownstreamTunnelSuccessfullyEstablished", "response_flags": "-", "bytes_sent": "0"},
		{"access_log_type": "UpstreamEnd", "response_flags": "-", "bytes_sent": "0"},
		recommended(map[string]any{"authority": "excluded.example"}),
	} {
		p.process(t, attributeLogs(t, attributes))
	}
	p.assertVerdicts(t, map[contract.Verdict]int64{
		contract.VerdictHTTP: 2, contract.VerdictTCP: 1, contract.VerdictTCPClosed: 1,
		contract.VerdictPeriodic: 1, contract.VerdictListener: 1, contract.VerdictConnect: 1, contract.VerdictTunnel: 1, contract.VerdictUpstream: 1,
		contract.VerdictExcluded: 1, contract.VerdictNoFormat: 3, contract.VerdictBadText: 1, contract.VerdictBadJSON: 1,
	})
}

// Self-telemetry's documentation lists each verdict.
func TestMetadataListsVerdicts(t *testing.T) {
	b, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var metadata struct {
		Attributes struct {
			Verdict struct {
				Enum []contract.Verdict `yaml:"enum"`
			} `yaml:"verdict"`
		} `yaml:"attributes"`
	}
	require.NoError(t, yaml.Unmarshal(b, &metadata))
	assert.Equal(t, contract.Verdicts[:], metadata.Attributes.Verdict.Enum)
}

// It lists each other value, too, as it is emitted.
func TestMetadataListsAttributes(t *testing.T) {
	b, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var metadata struct {
		Attributes map[string]struct {
			Enum []string `yaml:"enum"`
		} `yaml:"attributes"`
	}
	require.NoError(t, yaml.Unmarshal(b, &metadata))

	p := newTest(t, map[string]any{"destination_host": map[string]any{
		"enabled": true, "reverse_dns": map[string]any{"enabled": true},
	}})
	for metric, attribute := range map[string]string{
		"limit_evicted": "reason", "learned_names": "kind", "reverse_dns_lookups": "outcome",
	} {
		m, err := p.tel.GetMetric("otelcol_processor_istio_labels_" + metric)
		require.NoError(t, err)
		var points []metricdata.DataPoint[int64]
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			points = data.DataPoints
		case metricdata.Gauge[int64]:
			points = data.DataPoints
		}
		emitted := map[string]bool{}
		for _, point := range points {
			value, ok := point.Attributes.Value(otelattribute.Key(attribute))
			require.True(t, ok, metric)
			emitted[value.AsString()] = true
		}
		assert.ElementsMatch(t, metadata.Attributes[attribute].Enum, slices.Collect(maps.Keys(emitted)), metric)
	}
}

func TestOtherCounters(t *testing.T) {
	const forged = `[2026-11-23T03:26:42.738Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 0 1 1 1 "-" "x HTTP/1.1" 502 - direct_response - "-" 7 8 9 - "-" "curl/8" "id-1" "e3.example" "-" - - 203.0.113.10:80 10.244.0.7:52654 - block_all`
	p := newTest(t, nil)
	p.process(t, textLogs(linePassthrough, linePassthrough, forged, lineBlocked))
	one := func(n int64) []metricdata.DataPoint[int64] { return []metricdata.DataPoint[int64]{{Value: n}} }
	metadatatest.AssertEqualProcessorIstioLabelsAmbiguousRecords(t, p.tel, one(1), metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorIstioLabelsLabelSetsDerived(t, p.tel, one(3), metricdatatest.IgnoreTimestamp())

	p.process(t, attributeLogs(t, recommended(map[string]any{contract.AttrVerdict: "http", "source_app": "x", "response_code": "1"})))
	metadatatest.AssertEqualProcessorIstioLabelsRemovedAttributes(t, p.tel, one(2), metricdatatest.IgnoreTimestamp())
}

// An error costs one label of one record, and is counted.
func TestExpressionErrorsAreCounted(t *testing.T) {
	p := newTest(t, map[string]any{"labels": map[string]any{"n": `ParseJSON(attributes["authority"])`}})
	got := p.label(t, textLogs(linePassthrough))
	assert.Equal(t, "unknown", got["n"])
	assert.Equal(t, "PassthroughCluster", got["destination_service_name"])
	p.process(t, textLogs(lineBlocked, linePassthrough))
	metadatatest.AssertEqualProcessorIstioLabelsExpressionErrors(t, p.tel, []metricdata.DataPoint[int64]{{Value: 3}}, metricdatatest.IgnoreTimestamp())
	p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictHTTP: 3})
}
