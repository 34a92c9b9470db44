// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rule is one of Grafana's dashboard-linter, under its name there. It returns where a
// dashboard breaks it.
type rule struct {
	name  string
	check func(dashboard) []string
}

// rules are all that concern dashboards of one Prometheus. Source: the rules and their
// documentation in github.com/grafana/dashboard-linter.
var rules = []rule{
	{"template-datasource-rule", templateDatasource},
	{"template-job-rule", templateTarget("job", "Job")},
	{"template-instance-rule", templateTarget("instance", "Instance")},
	{"template-label-promql-rule", templateLabelPromQL},
	{"template-on-time-change-reload-rule", templateReload},
	{"panel-datasource-rule", panelDatasource},
	{"panel-title-description-rule", panelDescription},
	{"panel-units-rule", panelUnits},
	{"panel-no-targets-rule", panelNoTargets},
	{"target-logql-rule", targetOnlyPrometheus},
	{"target-promql-rule", targetPromQL},
	{"target-rate-interval-rule", targetRateInterval},
	{"target-job-rule", targetMatcher("job")},
	{"target-instance-rule", targetMatcher("instance")},
	{"target-counter-agg-rule", targetCounterAggregation},
	{"uneditable-dashboard", uneditable},
}

// exceptions are what a rule finds and what is right nevertheless, with the reason.
var exceptions = map[string]map[string]string{}

func TestRules(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			var found []string
			for file, d := range ours(t) {
				for _, where := range r.check(d) {
					found = append(found, file+": "+where)
				}
			}
			for _, where := range found {
				assert.NotEmpty(t, exceptions[r.name][where], where)
			}
			for where := range exceptions[r.name] {
				assert.Contains(t, found, where, "the exception is needed no more")
			}
		})
	}
}

// broken has a change to a dashboard for each rule that makes it fail.
var broken = map[string]func(*dashboard){
	"template-datasource-rule":            func(d *dashboard) { d.variable("datasource").Name = "source" },
	"template-job-rule":                   func(d *dashboard) { d.variable("job").AllValue = ".*" },
	"template-instance-rule":              func(d *dashboard) { d.variable("instance").Multi = false },
	"template-label-promql-rule":          func(d *dashboard) { d.variable("job").Query = "label_values(up{, job)" },
	"template-on-time-change-reload-rule": func(d *dashboard) { d.variable("cluster").Refresh = 1 },
	"panel-datasource-rule":               func(d *dashboard) { d.Panels[1].Datasource.UID = "prometheus" },
	"panel-title-description-rule":        func(d *dashboard) { d.Panels[1].Description = "" },
	"panel-units-rule":                    func(d *dashboard) { d.Panels[1].FieldConfig.Defaults.Unit = "bananas" },
	"panel-no-targets-rule":               func(d *dashboard) { d.Panels[1].Targets = nil },
	"target-logql-rule":                   func(d *dashboard) { d.Panels[1].Targets[0].Datasource.Type = "loki" },
	"target-promql-rule":                  func(d *dashboard) { d.Panels[1].Targets[0].Expr = "sum(" },
	"target-rate-interval-rule":           func(d *dashboard) { d.Panels[1].Targets[0].Expr = "rate(a[5m])" },
	"target-job-rule":                     func(d *dashboard) { d.Panels[1].Targets[0].Expr = `up{instance=~"$instance"}` },
	"target-instance-rule":                func(d *dashboard) { d.Panels[1].Targets[0].Expr = `up{job=~"$job"}` },
	"target-counter-agg-rule":             func(d *dashboard) { d.Panels[1].Targets[0].Expr = "sum(a_total)" },
	"uneditable-dashboard":                func(d *dashboard) { d.Editable = true },
}

func (d *dashboard) variable(name string) *variable {
	i := slices.IndexFunc(d.Templating.List, func(v variable) bool { return v.Name == name })
	return &d.Templating.List[i]
}

func TestRulesFindWhatIsWrong(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			d := ours(t)["egress.json"]
			require.Empty(t, r.check(d))
			require.NotNil(t, broken[r.name])
			broken[r.name](&d)
			assert.NotEmpty(t, r.check(d))
		})
	}
}
