// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"
	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"
	"github.com/otelcol-istio/otelcol-istio/extension/gogcextension"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"
)

// described is a component of this repository.
type described struct {
	id, dir string
	create  func() component.Config
	// present holds optional keys that are set, so that what is below them is
	// shown.
	present map[string]any
}

var components = []described{
	{
		id: "envoy_access_log", dir: "receiver/envoyaccesslogreceiver",
		create: envoyaccesslogreceiver.NewFactory().CreateDefaultConfig,
		present: map[string]any{"protocols": map[string]any{
			"grpc": map[string]any{},
			"otlp": map[string]any{"grpc": map[string]any{}, "http": map[string]any{}},
		}},
	},
	{id: "istio_labels", dir: "processor/istiolabelsprocessor", create: istiolabelsprocessor.NewFactory().CreateDefaultConfig},
	{id: "istio_metrics", dir: "connector/istiometricsconnector", create: istiometricsconnector.NewFactory().CreateDefaultConfig},
	{id: "istio_egress", dir: "connector/istioegressconnector", create: istioegressconnector.NewFactory().CreateDefaultConfig},
	{id: "remote_write", dir: "exporter/remotewriteexporter", create: remotewriteexporter.NewFactory().CreateDefaultConfig},
	{
		id: "egress_page", dir: "extension/egresspageextension",
		create:  egresspageextension.NewFactory().CreateDefaultConfig,
		present: map[string]any{"peers": map[string]any{}},
	},
	{id: "go_gc", dir: "extension/gogcextension", create: gogcextension.NewFactory().CreateDefaultConfig},
}

// keys of a component, with their defaults and meanings.
func (d described) keys(root string) ([]key, error) {
	cfg := d.create()
	if err := confmap.NewFromStringMap(d.present).Unmarshal(cfg); err != nil {
		return nil, err
	}
	return configKeys(root, d.dir, cfg)
}

func configurationPage(root string) (string, error) {
	p := newPage("Configuration")
	p.text("- [Environment variables](#environment-variables) of the files in `config`.\n" +
		"- [Keys of the components](#keys-of-the-components), for configurations of your own.")
	meanings := map[string]string{}
	all := map[string][]key{}
	for _, c := range components {
		keys, err := c.keys(root)
		if err != nil {
			return "", fmt.Errorf("%s: %w", c.id, err)
		}
		all[c.id] = keys
		for _, k := range keys {
			meanings[c.id+"::"+k.name] = k.meaning
		}
	}

	p.text("## Environment variables")
	p.text("A default in brackets is that of a file that is merged over `config/gateway.yaml`. " +
		"\"Sets\" names the key of the configuration: the component, and the keys below it.")
	files, err := filepath.Glob(filepath.Join(root, "config", "*.yaml"))
	if err != nil {
		return "", err
	}
	variables, err := readVariables(files)
	if err != nil {
		return "", err
	}
	var rows [][]string
	for _, v := range variables {
		v.meaning = cmp.Or(v.meaning, meanings[v.key])
		if v.meaning == "" {
			err = errors.Join(err, fmt.Errorf("%s has no comment above `%s` in %s", v.name, v.key, v.file))
		}
		rows = append(rows, []string{code(v.name), v.defaults(), code(v.key), v.meaning})
	}
	if err != nil {
		return "", err
	}
	p.table([]string{"variable", "default", "sets", "meaning"}, rows)

	p.text("## Keys of the components")
	p.text("`::` parts a key from the keys below it. `<...>` stands for a name that you choose.")
	for _, c := range components {
		p.text("### `" + c.id + "`")
		p.text("[README](../../" + c.dir + "/README.md)")
		rows = nil
		for _, k := range all[c.id] {
			// What is squashed into the component itself has no name above it.
			rows = append(rows, []string{code(cmp.Or(k.name, c.id)), code(k.value), k.meaning})
		}
		p.table([]string{"key", "default", "meaning"}, rows)
	}
	return p.String(), nil
}
