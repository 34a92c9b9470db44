// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// What `All` stands for. Every scraped series has a job and an instance. A cluster is
// a label that only some set-ups add, so its `All` takes series without it as well.
const (
	anyValue       = ".+"
	anyValueOrNone = ".*"
)

// selectTargets picks the gateways by the variables of every dashboard.
const selectTargets = `job=~"$job",instance=~"$instance",cluster=~"$cluster"`

// source is the data source that the reader picked.
func source() common.DataSourceRef {
	kind, uid := "prometheus", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func datasourceVariable() *dashboard.DatasourceVariableBuilder {
	return dashboard.NewDatasourceVariableBuilder("datasource").Label("Data source").Type("prometheus")
}

// labelVariable offers the values that a label has in the series of a selector.
func labelVariable(name, title, label, selector, all string) *dashboard.QueryVariableBuilder {
	query := fmt.Sprintf("label_values(%s, %s)", selector, label)
	return dashboard.NewQueryVariableBuilder(name).
		Label(title).
		Datasource(source()).
		Query(dashboard.StringOrMap{String: &query}).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).IncludeAll(true).AllValue(all).
		Current(everything())
}

// everything is the choice that a dashboard opens with.
func everything() dashboard.VariableOption {
	return dashboard.VariableOption{
		Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
}

// targetVariables are those that selectTargets names. The metric is one that every
// gateway has at all times.
func targetVariables(b *documentBuilder, metric string) *documentBuilder {
	return b.WithVariable(datasourceVariable()).
		WithVariable(labelVariable("cluster", "Cluster", "cluster", metric, anyValueOrNone)).
		WithVariable(labelVariable("job", "Job", "job", metric+`{cluster=~"$cluster"}`, anyValue)).
		WithVariable(labelVariable("instance", "Instance", "instance", metric+`{cluster=~"$cluster",job=~"$job"}`, anyValue))
}

// pageVariable holds the address of the page, which no metric tells.
func pageVariable() *dashboard.TextBoxVariableBuilder {
	address := "http://localhost:8686"
	return dashboard.NewTextBoxVariableBuilder("page").
		Label("Page").
		Description("Where your browser reaches the page of the extension egress_page.").
		DefaultValue(dashboard.StringOrMap{String: &address}).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: &address},
			Value: dashboard.StringOrArrayOfString{String: &address},
		})
}
