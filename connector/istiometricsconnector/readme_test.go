// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// TestREADMETransform runs the README's statements of a transform processor and
// counts what they made.
func TestREADMETransform(t *testing.T) {
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(b), "```yaml\nprocessors:\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	var config struct {
		Transform struct {
			LogStatements []struct{ Statements []string } `yaml:"log_statements"`
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(example), &config))

	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	lr := sl.LogRecords().AppendEmpty()
	require.NoError(t, lr.Attributes().FromRaw(map[string]any{
		"duration": "12", "bytes_received": "0", "bytes_sent": 345, "authority": "example.com", "response_code": 200, "response_flags": "-",
	}))
	set := componenttest.NewNopTelemetrySettings()
	parser, err := ottllog.NewParser(ottlfuncs.StandardFuncs[*ottllog.TransformContext](), set, ottllog.EnablePathContextNames())
	require.NoError(t, err)
	statements, err := parser.ParseStatements(config.Transform.LogStatements[0].Statements)
	require.NoError(t, err)
	tCtx := ottllog.NewTransformContextPtr(rl, sl, lr)
	defer tCtx.Close()
	sequence := ottllog.NewStatementSequence(statements, set)
	require.NoError(t, sequence.Execute(t.Context(), tCtx))

	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, testConfig(), sink)
	require.NoError(t, c.ConsumeLogs(t.Context(), ld))
	require.NoError(t, c.Shutdown(t.Context()))
	metrics := sink.AllMetrics()[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics()
	require.Equal(t, 5, metrics.Len(), "with the build info")
	labels := metrics.At(0).Sum().DataPoints().At(0).Attributes().AsRaw()
	maps.DeleteFunc(labels, func(name string, v any) bool {
		l, ok := contract.LabelByName(name)
		return ok && v == l.Default()
	})
	assert.Equal(t, map[string]any{
		"reporter": "source", "destination_service": "example.com", "response_code": "200", "response_flags": "-",
	}, labels)
	assert.InDelta(t, 12, metrics.At(1).Histogram().DataPoints().At(1).Sum(), 0)
	assert.InDelta(t, 345, metrics.At(3).Histogram().DataPoints().At(1).Sum(), 0)
}
