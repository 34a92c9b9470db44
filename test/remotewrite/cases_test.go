// SPDX-License-Identifier: Apache-2.0

package remotewrite

import (
	"path/filepath"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	cases "github.com/otelcol-istio/otelcol-istio/internal/test/golden"
)

// connectorOutputs are the metrics of the connector's own golden cases, by case.
func connectorOutputs(t *testing.T) map[string]pmetric.Metrics {
	t.Helper()
	files, err := filepath.Glob("../../connector/istiometricsconnector/testdata/golden/*/output.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]pmetric.Metrics{}
	for _, file := range files {
		md, err := golden.ReadMetrics(file)
		require.NoError(t, err, file)
		all[filepath.Base(filepath.Dir(file))] = md
	}
	return all
}

// goldenCases are the folders of the repository's golden cases.
func goldenCases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/golden/*/metrics.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files
}

// caseMetrics runs a golden case through processor and connector, with the
// case's own settings.
func caseMetrics(t *testing.T, dir string) []pmetric.Metrics {
	t.Helper()
	c := cases.Read(t, dir)
	return c.Count(t, c.Label(t)).AllMetrics()
}
