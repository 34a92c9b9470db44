// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// components have metrics of their own.
var components = []string{
	"receiver/envoyaccesslogreceiver", "processor/istiolabelsprocessor", "connector/istiometricsconnector", "connector/istioegressconnector", "exporter/remotewriteexporter",
}

// collectors are metrics of the Collector that the pages name.
var collectors = []string{
	"otelcol_receiver_accepted_log_records", "otelcol_receiver_refused_log_records", "otelcol_fileconsumer_open_files",
	"otelcol_istio_build_info", // istio_metrics writes it beside Istio's metrics
}

var metric = regexp.MustCompile("`(otelcol_[a-z0-9_]+)[`{]")

// Each metric that a page names is one of a component's.
func TestMetrics(t *testing.T) {
	known := map[string]bool{}
	for _, name := range collectors {
		known[name] = true
	}
	for _, folder := range components {
		b, err := os.ReadFile(root + folder + "/metadata.yaml")
		require.NoError(t, err)
		var metadata struct {
			Telemetry struct {
				Metrics map[string]any `yaml:"metrics"`
			} `yaml:"telemetry"`
		}
		require.NoError(t, yaml.Unmarshal(b, &metadata))
		require.NotEmpty(t, metadata.Telemetry.Metrics, folder)
		for name := range metadata.Telemetry.Metrics {
			known["otelcol_"+name] = true
		}
	}
	found := 0
	for page, text := range pages(t) {
		if strings.HasSuffix(page, "/documentation.md") {
			continue // generated from the same files
		}
		for _, m := range metric.FindAllStringSubmatch(text, -1) {
			assert.True(t, known[m[1]], "%s: %s", page, m[1])
			found++
		}
	}
	assert.NotZero(t, found)
}
