package istiometricsconnector

import (
	"fmt"
	"maps"
	"os"
	"slices"
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

// TestREADME checks that the README's tables are the contract's.
func TestREADME(t *testing.T) {
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")

	for _, row := range slices.Concat(metricRows(), labelRows()) {
		assert.Contains(t, lines, row)
	}
	for _, attribute := range []string{
		contract.AttrVersion, contract.AttrVerdict, contract.AttrSchema, contract.AttrIncarnation, contract.SlotPrefix + "LABEL", contract.LabelPrefix + "NAME", contract.AttrDuration, contract.AttrBytesReceived,
		contract.AttrBytesSent, contract.AttrMessagesReceived, contract.AttrMessagesSent,
		contract.DestinationIP.String(), contract.DestinationHost.String(), contract.DestinationNetwork.String(),
		string(contract.VerdictHTTP), string(contract.VerdictTCP), string(contract.VerdictTCPClosed),
	} {
		assert.True(t, slices.ContainsFunc(lines, func(line string) bool {
			return strings.HasPrefix(line, "| `"+attribute+"` |")
		}), attribute)
	}
}

func metricRows() (rows []string) {
	for _, s := range contract.Schemas {
		for _, m := range s.Metrics() {
			kind := "counter"
			if m.Histogram {
				kind = "histogram"
			}
			rows = append(rows, fmt.Sprintf("| `%s` | `%s` | %s | `%s` | %s |", m.Name, m.Unit, kind, s, yes(m.Addressed)))
		}
	}
	return rows
}

func labelRows() (rows []string) {
	for l := range contract.NumLabels {
		if l.IsAddress() {
			continue // it depends on the metric
		}
		cells := []string{"| `" + l.String() + "`"}
		for _, s := range contract.Schemas {
			for _, p := range []contract.Protocol{contract.HTTP, contract.TCP} {
				cells = append(cells, yes(slices.Contains(s.Labels(p), l)))
			}
		}
		rows = append(rows, strings.Join(cells, " | ")+" |")
	}
	return rows
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

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
