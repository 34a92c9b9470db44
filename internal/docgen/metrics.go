// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

func metricsPage(root string) (string, error) {
	p := newPage("Metrics")
	p.text("## Istio's metrics")
	p.text("All are cumulative. \"Addresses\" says whether a metric carries the labels `destination_ip`, `destination_host` and " +
		"`destination_network` where a record has them. A histogram never does: one address would cost as many series as there are buckets.")
	var rows [][]string
	for _, s := range contract.Schemas {
		for _, m := range s.Metrics() {
			kind := "counter"
			if m.Histogram {
				kind = "histogram"
			}
			rows = append(rows, []string{code(m.Name), code(string(s)), kind, code(m.Unit), yesNo(m.Addressed), m.Description})
		}
	}
	p.table([]string{"metric", "schema", "kind", "unit", "addresses", "meaning"}, rows)

	p.text("## Metrics of who goes out")
	p.text("[`istio_egress`](../../connector/istioegressconnector) makes them of its rows. Its page describes their labels.")
	rows = nil
	for _, m := range egress.Metrics {
		kind := "counter"
		if m.Gauge {
			kind = "gauge"
		}
		rows = append(rows, []string{code(m.Name), kind, code(m.Unit), m.Description})
	}
	p.table([]string{"metric", "kind", "unit", "meaning"}, rows)

	p.text("## The components' own metrics")
	p.text("The files in `config` export them on port 8888, under these names. With the Collector's own defaults counters end in `_total`. " +
		"The linked page of each component has the attributes' values.")
	for _, c := range components {
		metrics, err := ownMetrics(filepath.Join(root, c.dir))
		if err != nil {
			return "", err
		}
		if len(metrics) == 0 {
			continue
		}
		p.text("### `" + c.id + "`")
		p.text("[documentation.md](../../" + c.dir + "/documentation.md)")
		rows = nil
		for _, name := range slices.Sorted(maps.Keys(metrics)) {
			m := metrics[name]
			rows = append(rows, []string{code("otelcol_" + name), codes(m.Attributes), m.Description})
		}
		p.table([]string{"metric", "attributes", "meaning"}, rows)
	}
	return p.String(), nil
}

// ownMetric is one of the metrics of a component's metadata.yaml.
type ownMetric struct {
	Description string   `yaml:"description"`
	Attributes  []string `yaml:"attributes"`
}

// ownMetrics reads them, with the names that their attributes have where they are
// exported.
func ownMetrics(dir string) (map[string]ownMetric, error) {
	b, err := os.ReadFile(filepath.Join(dir, "metadata.yaml"))
	if err != nil {
		return nil, err
	}
	var metadata struct {
		Attributes map[string]struct {
			Name string `yaml:"name_override"`
		} `yaml:"attributes"`
		Telemetry struct {
			Metrics map[string]ownMetric `yaml:"metrics"`
		} `yaml:"telemetry"`
	}
	if err := yaml.Unmarshal(b, &metadata); err != nil {
		return nil, err
	}
	for _, m := range metadata.Telemetry.Metrics {
		for i, name := range m.Attributes {
			if exported := metadata.Attributes[name].Name; exported != "" {
				m.Attributes[i] = exported
			}
		}
	}
	return metadata.Telemetry.Metrics, nil
}
