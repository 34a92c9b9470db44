// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.yaml.in/yaml/v3"
)

// points returns the values of a metric by the attribute beside the exporter's
// id, if it has one.
func points(t *testing.T, m metricdata.Metrics) map[string]int64 {
	t.Helper()
	values := map[string]int64{}
	put := func(attributes attribute.Set, value int64) {
		key := ""
		for _, kv := range attributes.ToSlice() {
			if kv.Key != "exporter" {
				key = kv.Value.AsString()
			}
		}
		_, has := attributes.Value("exporter")
		assert.True(t, has, m.Name)
		values[key] = value
	}
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			put(p.Attributes, p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			put(p.Attributes, p.Value)
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			put(p.Attributes, int64(p.Value))
		}
	default:
		require.Failf(t, "unknown kind of metric", "%T", data)
	}
	return values
}

type described struct {
	Attributes map[string]struct {
		Enum []string `yaml:"enum"`
	} `yaml:"attributes"`
	Telemetry struct {
		Metrics map[string]struct {
			Sum        map[string]any `yaml:"sum"`
			Attributes []string       `yaml:"attributes"`
		} `yaml:"metrics"`
	} `yaml:"telemetry"`
}

func readMetadata(t *testing.T) (d described) {
	t.Helper()
	b, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(b, &d))
	return d
}

// Each counter is there from the start, with 0 for all values of its attribute:
// a first loss is then visible to increase.
func TestCountersBeginWithZero(t *testing.T) {
	s := start(t, testConfig(newBackend(t)), componenttest.NewNopHost())
	d := readMetadata(t)
	for name, m := range d.Telemetry.Metrics {
		if m.Sum == nil {
			continue
		}
		want := map[string]int64{}
		for _, a := range m.Attributes {
			for _, value := range d.Attributes[a].Enum {
				want[value] = 0
			}
		}
		if len(want) == 0 {
			want[""] = 0
		}
		assert.Equal(t, want, s.values(t, name), name)
	}
}

func TestQueueGauges(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	cfg := testConfig(b)
	cfg.ShutdownTimeout = minTimeout
	s := start(t, cfg, componenttest.NewNopHost())
	assert.Equal(t, map[string]int64{"metrics": 0}, s.values(t, "exporter_queue_size"))
	assert.Equal(t, map[string]int64{"metrics": 1000}, s.values(t, "exporter_queue_capacity"))
	assert.Equal(t, map[string]int64{"": 64 << 20}, s.values(t, "exporter_remote_write_queue_capacity_bytes"))
	s.consume(t, "a", "b")
	assert.Equal(t, map[string]int64{"metrics": 2}, s.values(t, "exporter_queue_size"))
	assert.NotZero(t, s.values(t, "exporter_remote_write_queue_bytes")[""])
	assert.Contains(t, s.values(t, "exporter_remote_write_queue_age"), "")
}
