// SPDX-License-Identifier: Apache-2.0

// Package mixin evaluates deploy/prometheus/mixin.libsonnet. The rules that are shipped
// are generated from it.
package mixin // import "github.com/otelcol-istio/otelcol-istio/test/internal/mixin"

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/google/go-jsonnet"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// evaluate gives the groups of a mixin as a file of rules.
const evaluate = `
	function(config)
		local mixin = (import 'mixin.libsonnet') + { _config+:: config };
		{ groups: mixin.prometheusRules.groups + mixin.prometheusAlerts.groups }`

// Groups are the recording rules, then the alerts, of the mixin in a folder. The keys of
// config replace those of _config. It is an error if Prometheus would not load the rules.
func Groups(folder string, config map[string]any) (*rulefmt.RuleGroups, error) {
	settings, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	vm := jsonnet.MakeVM()
	vm.Importer(&jsonnet.FileImporter{JPaths: []string{folder}})
	vm.TLACode("config", string(settings))
	text, err := vm.EvaluateAnonymousSnippet("evaluate", evaluate)
	if err != nil {
		return nil, fmt.Errorf("evaluate the mixin: %w", err)
	}
	// What is valid JSON is valid YAML.
	groups, errs := rulefmt.Parse([]byte(text), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		return nil, fmt.Errorf("a rule that Prometheus refuses: %w", errs[0])
	}
	return groups, nil
}
