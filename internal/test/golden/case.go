// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Case is one folder.
type Case struct {
	// Requests has one for each line of the input.
	Requests []plog.Logs
	config   config
}

// Read reads a case. Whatever nobody reads in it fails the test.
func Read(t *testing.T, dir string) *Case {
	t.Helper()
	c := &Case{config: readConfig(t, dir)}
	c.Requests = readInput(t, dir, c.config.Input)
	return c
}

// Schema is the one that the processor writes.
func (c *Case) Schema() contract.Schema {
	if s, ok := c.config.Processor["schema"].(string); ok {
		return contract.Schema(s)
	}
	return contract.SchemaIstio
}

// config is config.yaml: the settings of the two components, where more of
// them are that several cases share, and where the input is if it is not in the
// folder.
type config struct {
	About     string         `yaml:"about"`
	Input     string         `yaml:"input"`
	Settings  string         `yaml:"settings"`
	Processor map[string]any `yaml:"istio_labels"`
	Connector map[string]any `yaml:"istio_metrics"`
}

func readConfig(t *testing.T, dir string) config {
	t.Helper()
	var c config
	b, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	if os.IsNotExist(err) {
		return c
	}
	require.NoError(t, err)
	decode(t, b, &c)
	if c.Settings != "" {
		c.addSettings(t, filepath.Join(dir, c.Settings))
	}
	return c
}

// addSettings merges the case's settings over those of a Collector's
// configuration, as a second --config would be.
func (c *config) addSettings(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var shared struct {
		Processors struct {
			Processor map[string]any `yaml:"istio_labels"`
		} `yaml:"processors"`
		Connectors struct {
			Connector map[string]any `yaml:"istio_metrics"`
		} `yaml:"connectors"`
	}
	decode(t, b, &shared)
	c.Processor = merge(t, shared.Processors.Processor, c.Processor)
	c.Connector = merge(t, shared.Connectors.Connector, c.Connector)
}

func merge(t *testing.T, below, above map[string]any) map[string]any {
	t.Helper()
	merged := confmap.NewFromStringMap(below)
	require.NoError(t, merged.Merge(confmap.NewFromStringMap(above)))
	return merged.ToStringMap()
}

// decode refuses keys that nobody reads: they are mistyped.
func decode(t *testing.T, b []byte, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(into))
}

// load fills a component's default configuration and checks it.
func load(t *testing.T, cfg component.Config, settings map[string]any) {
	t.Helper()
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
}

// readInput gives one request for each line: a text line in input.txt, an
// OTLP/JSON request in a file that ends in .jsonl.
func readInput(t *testing.T, dir, file string) []plog.Logs {
	t.Helper()
	for _, name := range []string{"input.txt", "input.jsonl"} {
		if _, err := os.Stat(filepath.Join(dir, name)); file == "" && err == nil {
			file = name
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	var requests []plog.Logs
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		requests = append(requests, parseLine(t, line, strings.HasSuffix(file, ".jsonl")))
	}
	require.NotEmpty(t, requests)
	return requests
}

func parseLine(t *testing.T, line string, isJSON bool) plog.Logs {
	t.Helper()
	if isJSON {
		request, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(line))
		require.NoError(t, err, line)
		require.Equal(t, 1, request.LogRecordCount(), "one record a line: %s", line)
		return request
	}
	request := plog.NewLogs()
	request.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(line + "\n")
	return request
}
