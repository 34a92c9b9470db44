// SPDX-License-Identifier: Apache-2.0

package mixin

import (
	"bytes"

	"github.com/prometheus/prometheus/model/rulefmt"
	"go.yaml.in/yaml/v3"
)

// The generated files, in the folder of the mixin.
const (
	RulesFile          = "rules.yaml"
	PrometheusRuleFile = "operator/prometheusrule.yaml"
)

const header = "# Generated from mixin.libsonnet by `make generate`. Do not edit.\n"

// Files are the generated files, by name.
func Files(folder string) (map[string][]byte, error) {
	groups, err := Groups(folder, map[string]any{})
	if err != nil {
		return nil, err
	}
	rules, err := Render(groups)
	if err != nil {
		return nil, err
	}
	object, err := render(prometheusRule(groups))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{RulesFile: rules, PrometheusRuleFile: object}, nil
}

// Render writes groups as a file that Prometheus loads.
func Render(groups *rulefmt.RuleGroups) ([]byte, error) { return render(groups) }

// object is an object of the Kubernetes API.
type object struct {
	APIVersion string              `yaml:"apiVersion"`
	Kind       string              `yaml:"kind"`
	Metadata   metadata            `yaml:"metadata"`
	Spec       *rulefmt.RuleGroups `yaml:"spec"`
}

type metadata struct {
	Name   string            `yaml:"name"`
	Labels map[string]string `yaml:"labels"`
}

func prometheusRule(groups *rulefmt.RuleGroups) object {
	return object{
		APIVersion: "monitoring.coreos.com/v1",
		Kind:       "PrometheusRule",
		Metadata:   metadata{Name: "otelcol-istio", Labels: map[string]string{"app.kubernetes.io/name": "otelcol-istio"}},
		Spec:       groups,
	}
}

func render(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}
