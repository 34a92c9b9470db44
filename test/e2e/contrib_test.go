// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
)

// TestContribExporter writes with contrib's exporter, then with ours: the same
// series go on.
func TestContribExporter(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	load := flood.Flood{Kind: flood.Requests, Records: 1000, Destinations: 5, PerRequest: 50, Workloads: 1, Workload: "w"}
	env := map[string]string{"INSTANCE_ID": t.Name()}
	var before []map[string]string
	for _, configs := range [][]string{{"testdata/contrib.yaml"}, nil} {
		g := startGatewayBefore(t, p, env, configs...)
		load.First, load.Records = load.First+load.Records, load.Records+1000
		g.flood(t, load)
		g.becomes(t, float64(load.Records), "sum("+requests+")")
		require.NoError(t, g.Stop())
		series, err := p.Series(t.Context(), everything)
		require.NoError(t, err)
		require.NotEmpty(t, series)
		if before != nil {
			assert.ElementsMatch(t, before, series)
		}
		before = series
	}
}
