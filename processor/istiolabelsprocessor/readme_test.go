package istiolabelsprocessor

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(b)
}

// TestREADME checks that the README's tables are the code's.
func TestREADME(t *testing.T) {
	lines := strings.Split(readme(t), "\n")
	for _, v := range contract.Verdicts {
		counts := "no"
		if v.Counted() {
			counts = "yes"
		}
		assert.True(t, hasRow(lines, fmt.Sprintf("| `%s` | %s | ", v, counts)), v)
	}
	for l := range contract.NumLabels {
		assert.True(t, hasRow(lines, "| `"+l.String()+"` | "), l)
	}
	for _, attribute := range []string{
		contract.AttrVerdict, contract.AttrSchema, contract.AttrExtraLabels, contract.AttrDuration, contract.AttrBytesReceived,
		contract.AttrBytesSent, contract.AttrMessagesReceived, contract.AttrMessagesSent,
	} {
		assert.True(t, hasRow(lines, "| `"+attribute+"` | "), attribute)
	}
	for _, ra := range istio.ResourceAttributes {
		assert.Contains(t, lines, fmt.Sprintf("| `%s` | `%s` |", ra.Key, ra.Op.Key()))
	}
	assert.Contains(t, readme(t), fmt.Sprintf("at most %d bytes", contract.MaxValueLen))
	assert.Contains(t, readme(t), fmt.Sprintf("2 x %d label sets", maxSets))
	assert.Contains(t, readme(t), fmt.Sprintf("longer than %d bytes", maxSpelled))
}

func hasRow(lines []string, start string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, start) })
}

// Every key of the configuration has a row, with its default.
func TestREADMEOptions(t *testing.T) {
	lines := strings.Split(readme(t), "\n")
	conf := confmap.New()
	require.NoError(t, conf.Marshal(createDefaultConfig()))
	for _, key := range conf.AllKeys() {
		value := ""
		switch v := conf.Get(key).(type) {
		case contract.Schema, ottl.ErrorMode, string:
			value = fmt.Sprint(v)
		case []any:
			var items []string
			for _, item := range v {
				items = append(items, fmt.Sprint(item))
			}
			value = "[" + strings.Join(items, ", ") + "]"
		}
		row := "| `" + key + "` | |"
		if value != "" && value != "[]" {
			row = "| `" + key + "` | `" + value + "` |"
		}
		assert.True(t, hasRow(lines, row), row)
	}
}

// The README's example is a valid configuration.
func TestREADMEExample(t *testing.T) {
	_, example, found := strings.Cut(readme(t), "```yaml\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	var config struct {
		Processors map[string]map[string]any `yaml:"processors"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(example), &config))
	newTest(t, config.Processors["istio_labels"])
}
