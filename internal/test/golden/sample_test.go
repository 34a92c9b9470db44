// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// sample is one result of a Prometheus instant query.
type sample struct {
	Metric map[string]string `json:"metric"`
}

// checkSamples looks for each of a case's samples among its series: the same
// name and the same labels, `job` and `instance` included, no fewer and no more.
func checkSamples(t *testing.T, dir string, sink *consumertest.MetricsSink) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "samples", "*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		return
	}
	all := allSeries(sink)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var want sample
		require.NoError(t, json.Unmarshal(b, &want), file)
		require.NotEmpty(t, want.Metric, file)
		assert.Contains(t, all, want.Metric, file)
	}
}

// allSeries are the label sets of all counters as Prometheus stores them: remote
// write makes `job` and `instance` of the resource.
func allSeries(sink *consumertest.MetricsSink) (series []map[string]string) {
	for _, md := range sink.AllMetrics() {
		for _, rm := range md.ResourceMetrics().All() {
			resource := rm.Resource().Attributes()
			for _, sm := range rm.ScopeMetrics().All() {
				for _, m := range sm.Metrics().All() {
					if m.Type() == pmetric.MetricTypeSum {
						series = append(series, seriesOf(m, resource)...)
					}
				}
			}
		}
	}
	return series
}

func seriesOf(m pmetric.Metric, resource pcommon.Map) (series []map[string]string) {
	for _, p := range m.Sum().DataPoints().All() {
		if isZero(p) {
			continue
		}
		labels := map[string]string{"__name__": m.Name()}
		for name, attribute := range map[string]string{"job": "service.name", "instance": "service.instance.id"} {
			if v, ok := resource.Get(attribute); ok {
				labels[name] = v.Str()
			}
		}
		for name, v := range p.Attributes().All() {
			labels[name] = v.Str()
		}
		series = append(series, labels)
	}
	return series
}
