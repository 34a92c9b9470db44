package readme

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The metrics of their own that the README names are those of the components.
func TestTelemetry(t *testing.T) {
	var all []string
	for _, folder := range []string{"processor/istiolabelsprocessor", "connector/istiometricsconnector"} {
		var metadata struct {
			Telemetry struct {
				Metrics map[string]any `yaml:"metrics"`
			} `yaml:"telemetry"`
		}
		require.NoError(t, yaml.Unmarshal([]byte(read(t, folder+"/metadata.yaml")), &metadata))
		for name := range metadata.Telemetry.Metrics {
			all = append(all, "otelcol_"+name)
		}
	}
	found := false
	for _, word := range codes(prose(t)) {
		name, _, _ := strings.Cut(word, "{")
		if strings.HasPrefix(name, "otelcol_") && strings.Contains(name, "istio") {
			assert.Contains(t, all, name)
			found = true
		}
	}
	assert.True(t, found)
}
