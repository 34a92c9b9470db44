// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"regexp"
	"slices"

	"github.com/prometheus/common/model"
)

// uid of the data source that the reader picks.
const picked = "${datasource}"

func templateDatasource(d dashboard) (found []string) {
	isDatasource := func(v variable) bool { return v.Type == "datasource" }
	i := slices.IndexFunc(d.Templating.List, isDatasource)
	if i < 0 {
		return []string{"no variable"}
	}
	if v := d.Templating.List[i]; v.Name != "datasource" || v.Label != "Data source" || v.query() != "prometheus" {
		found = append(found, v.Name)
	}
	return found
}

// templateTarget wants a variable of a label that every scraped series has.
func templateTarget(name, label string) func(dashboard) []string {
	return func(d dashboard) []string {
		for _, v := range d.Templating.List {
			if v.Name == name && v.Label == label && v.Type == "query" && v.Datasource.UID == picked && v.Multi && v.AllValue == ".+" {
				return nil
			}
		}
		return []string{name}
	}
}

var labelValues = regexp.MustCompile(`^label_values\((.+), *(\w+)\)$`)

func templateLabelPromQL(d dashboard) (found []string) {
	for _, v := range d.Templating.List {
		if v.Type != "query" {
			continue
		}
		parts := labelValues.FindStringSubmatch(v.query())
		if parts == nil || !model.LegacyValidation.IsValidLabelName(parts[2]) {
			found = append(found, v.Name)
			continue
		}
		if _, err := promQL.ParseMetricSelector(d.all().expand(parts[1])); err != nil {
			found = append(found, v.Name)
		}
	}
	return found
}

func templateReload(d dashboard) (found []string) {
	const onTimeRangeChange = 2
	for _, v := range d.Templating.List {
		if v.Type == "query" && v.Refresh != onTimeRangeChange {
			found = append(found, v.Name)
		}
	}
	return found
}

// panelsWhere are the titles of those panels for which something holds.
func panelsWhere(is func(panel) bool) func(dashboard) []string {
	return func(d dashboard) (found []string) {
		for _, p := range d.panels() {
			if is(p) {
				found = append(found, p.Title)
			}
		}
		return found
	}
}

// units that the dashboards use. All are ids of Grafana's valueFormats/categories.ts.
var units = []string{"short", "cps", "reqps", "bytes", "Bps", "percentunit", "s", "dateTimeAsIso"}

var (
	panelDatasource = panelsWhere(func(p panel) bool {
		return p.Datasource.UID != picked || slices.ContainsFunc(p.Targets, func(t target) bool { return t.Datasource.UID != picked })
	})
	panelDescription = panelsWhere(func(p panel) bool { return p.Title == "" || p.Description == "" })
	panelUnits       = panelsWhere(func(p panel) bool { return !slices.Contains(units, p.FieldConfig.Defaults.Unit) })
	panelNoTargets   = panelsWhere(func(p panel) bool { return len(p.Targets) == 0 })
)

func uneditable(d dashboard) []string {
	if d.Editable {
		return []string{d.Title}
	}
	return nil
}
