package istiolabelsprocessor

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/label"
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
		contract.AttrVersion, contract.AttrVerdict, contract.AttrSchema, contract.AttrIncarnation, contract.SlotPrefix + "LABEL", contract.LabelPrefix + "NAME", contract.AttrDuration, contract.AttrBytesReceived,
		contract.AttrBytesSent, contract.AttrMessagesReceived, contract.AttrMessagesSent,
	} {
		assert.True(t, hasRow(lines, "| `"+attribute+"` | "), attribute)
	}
	for _, ra := range formats.ResourceAttributes {
		assert.Contains(t, lines, fmt.Sprintf("| `%s` | `%s` |", ra.Key, ra.Op.Key()))
	}
	assert.Contains(t, readme(t), fmt.Sprintf("at most %d bytes", contract.MaxValueLen))
	assert.Contains(t, readme(t), fmt.Sprintf("2 x %d label sets", label.MaxSets))
	assert.Contains(t, readme(t), fmt.Sprintf("longer than %d bytes", label.MaxSpelled))
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
		if strings.HasPrefix(key, "limits::") {
			continue
		}
		value := ""
		switch v := conf.Get(key).(type) {
		case contract.Schema, ottl.ErrorMode, string, int, bool, time.Duration:
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

// Every key of a limit has a row, with its defaults.
func TestREADMELimits(t *testing.T) {
	lines := strings.Split(readme(t), "\n")
	addresses, others := confmap.New(), confmap.New()
	require.NoError(t, addresses.Marshal(defaultLimit("destination_ip")))
	require.NoError(t, others.Marshal(defaultLimit("destination_service")))
	cell := func(conf *confmap.Conf, key string) string {
		v := conf.Get(key)
		switch v := v.(type) {
		case nil:
			return ""
		case []any:
			return "`" + strings.ReplaceAll(fmt.Sprint(v), " ", ", ") + "`"
		}
		return fmt.Sprintf("`%v`", v)
	}
	for _, key := range addresses.AllKeys() {
		row := fmt.Sprintf("| `%s` | %s | ", key, cell(addresses, key))
		switch {
		case key == "networks":
			row = "| `networks` | | | "
		case key == "limit":
			row = "| `limit` | `1000` | `400`; `20` of codes | "
		case key != "roll_up" && key != "network_label":
			row += cell(others, key) + " | "
		default:
			row += "| "
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
