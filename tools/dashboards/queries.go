// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// selector adds matchers to a metric, empty ones are left out.
func selector(metric string, matchers ...string) string {
	all := ""
	for _, m := range matchers {
		if m == "" {
			continue
		}
		if all != "" {
			all += ","
		}
		all += m
	}
	return metric + "{" + all + "}"
}

// rate is how much a counter rises in a second, added up for each set of labels.
func rate(by, series string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s[$__rate_interval]))", by, series)
}

// increase is how much a counter rose in the dashboard's time range.
func increase(by, series string) string {
	return fmt.Sprintf("sum by (%s) (increase(%s[$__range]))", by, series)
}

// top keeps the largest, so that a table stays one that a browser can show.
func top(n int, expr string) string { return fmt.Sprintf("topk(%d, %s)", n, expr) }

// some leaves out what is zero.
func some(expr string) string { return expr + " > 0" }
