// SPDX-License-Identifier: Apache-2.0

package remotewrite

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/featuregate"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// compare finds the same in what both exporters write. It returns how many
// series that is.
func compare(t *testing.T, all []pmetric.Metrics) int {
	t.Helper()
	ours := writeOurs(t, message1, all)
	assert.Equal(t, writeContrib(t, message1, all), ours)

	// Protocol 2.0 of contrib's exporter leaves out exemplars of histograms and
	// start times, which is why those are not compared.
	assert.Equal(t, writeContrib(t, message2, all), writeOurs(t, message2, all))
	return len(ours)
}

// TestMain lets contrib's exporter speak protocol 2.0.
func TestMain(m *testing.M) {
	if err := featuregate.GlobalRegistry().Set("exporter.prometheusremotewritexporter.enableSendingRW2", true); err != nil {
		panic(err)
	}
	m.Run()
}

func TestConnectorOutputs(t *testing.T) {
	for name, md := range connectorOutputs(t) {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, md.DataPointCount() > 0, compare(t, []pmetric.Metrics{md}) > 0)
		})
	}
}

func TestGoldenCases(t *testing.T) {
	series := 0
	for _, dir := range goldenCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			series += compare(t, caseMetrics(t, dir))
		})
	}
	assert.Greater(t, series, 10_000)
}

// TestGenerated compares metrics of all types that OpenTelemetry has.
func TestGenerated(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			g := generator{rand.New(rand.NewPCG(seed, 0))}
			require.Positive(t, compare(t, []pmetric.Metrics{g.metrics(0), g.metrics(1)}))
		})
	}
}
