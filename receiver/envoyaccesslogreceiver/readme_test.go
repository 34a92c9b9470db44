// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

func document(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}

// Each attribute that a golden case has is named.
func TestREADMEAttributes(t *testing.T) {
	for _, name := range goldenAttributes(t) {
		prefix, _, found := strings.Cut(name, ".")
		if found {
			name = prefix + ".NAME"
		}
		assert.Contains(t, document(t, "records.md"), "`"+name+"`", name)
	}
}

// goldenAttributes are the names in the case that has every field.
func goldenAttributes(t *testing.T) (names []string) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden/every-field/records.yaml")
	require.NoError(t, err)
	var messages []struct {
		Resource map[string]any
		Records  []struct{ Attributes map[string]any }
	}
	require.NoError(t, yaml.Unmarshal(b, &messages))
	for _, m := range messages {
		for name := range m.Resource {
			names = append(names, name)
		}
		for _, r := range m.Records {
			for name := range r.Attributes {
				if name != "team" { // the tag of the case
					names = append(names, name)
				}
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// The example is a valid configuration.
func TestREADMEExample(t *testing.T) {
	_, example, found := strings.Cut(document(t, "README.md"), "```yaml\n")
	require.True(t, found)
	var config struct {
		Receivers map[string]map[string]any
	}
	example, _, _ = strings.Cut(example, "```")
	require.NoError(t, yaml.Unmarshal([]byte(example), &config))
	cfg := createDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(config.Receivers["envoy_access_log"]).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, "0.0.0.0:4319", cfg.(*Config).Protocols.GRPC.Get().NetAddr.Endpoint)
	assert.Equal(t, "0.0.0.0:4317", cfg.(*Config).Protocols.OTLP.GRPC.Get().NetAddr.Endpoint)
	assert.Equal(t, "0.0.0.0:4318", cfg.(*Config).Protocols.OTLP.HTTP.Get().ServerConfig.NetAddr.Endpoint)
}
