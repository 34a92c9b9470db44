// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// promQL is Prometheus' own parser.
var promQL = parser.NewParser(parser.Options{})

// targetsWhere are those queries for which something holds.
func targetsWhere(is func(dashboard, target) bool) func(dashboard) []string {
	return func(d dashboard) (found []string) {
		for _, p := range d.panels() {
			for _, t := range p.Targets {
				if is(d, t) {
					found = append(found, p.Title+" "+t.RefID)
				}
			}
		}
		return found
	}
}

// hasNode tells whether a part of a query, with what stands around it, is so. A query
// that does not parse has none: another rule finds it.
func hasNode(d dashboard, t target, is func(node parser.Node, around []parser.Node) bool) (found bool) {
	expr, err := promQL.ParseExpr(d.all().expand(t.Expr))
	if err != nil {
		return false
	}
	parser.Inspect(expr, func(node parser.Node, around []parser.Node) error {
		found = found || (node != nil && is(node, around))
		return nil
	})
	return found
}

var (
	targetOnlyPrometheus = targetsWhere(func(_ dashboard, t target) bool { return t.Datasource.Type != "prometheus" })
	targetPromQL         = targetsWhere(func(d dashboard, t target) bool {
		_, err := promQL.ParseExpr(d.all().expand(t.Expr))
		return err != nil
	})
	targetRateInterval = targetsWhere(func(d dashboard, t target) bool {
		return hasNode(d, t, func(node parser.Node, around []parser.Node) bool {
			selector, ok := node.(*parser.MatrixSelector)
			return ok && isCallOf(around, 1, "rate", "irate") && selector.Range != rateInterval
		})
	})
	targetCounterAggregation = targetsWhere(func(d dashboard, t target) bool {
		return hasNode(d, t, func(node parser.Node, around []parser.Node) bool {
			selector, ok := node.(*parser.VectorSelector)
			return ok && strings.HasSuffix(selector.Name, "_total") && !isCallOf(around, 2, "rate", "irate", "increase")
		})
	})
)

// isCallOf tells whether the n-th node around a node calls one of these functions.
func isCallOf(around []parser.Node, n int, functions ...string) bool {
	if len(around) < n {
		return false
	}
	call, ok := around[len(around)-n].(*parser.Call)
	return ok && slices.Contains(functions, call.Func.Name)
}

// targetMatcher wants each selector to have a matcher of a variable of the same name.
func targetMatcher(name string) func(dashboard) []string {
	return targetsWhere(func(d dashboard, t target) bool {
		t.Expr = strings.ReplaceAll(t.Expr, "$"+name, "the_"+name)
		return hasNode(d, t, func(node parser.Node, _ []parser.Node) bool {
			selector, ok := node.(*parser.VectorSelector)
			return ok && !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool {
				return m.Name == name && m.Type == labels.MatchRegexp && m.Value == "the_"+name
			})
		})
	})
}
