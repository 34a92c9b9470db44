// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/otelcol-istio/otelcol-istio/internal/istio/formats"

func operatorsPage(string) (string, error) {
	p := newPage("Operators")
	p.text("`istio_labels` reads these values of an access log. Attributes, JSON members and map bodies have the names on the left. " +
		"Format strings have the spellings on the right. The first name is the one that expressions use.")
	p.text("- The case of header names in a spelling does not matter.\n" +
		"- `log_format` may hold Envoy's other operators, too. A name that Envoy does not have is an error.")
	var rows [][]string
	for _, row := range formats.OperatorRows() {
		rows = append(rows, []string{codes(row.Keys), codes(row.Spellings)})
	}
	p.table([]string{"name", "in a format string"}, rows)

	p.text("## Names that others use, too")
	p.text("The names " + codes(formats.CommonKeys()) + " are also used by log collectors and charts. They count where a second sign says " +
		"that Envoy wrote them.")
	p.text("- `node_name` counts if it has the form of a proxy's id.\n" +
		"- `cluster_name` counts beside such an id, or beside Envoy's other built-in attributes: `log_name`, `zone_name` and `node_name`.\n" +
		"- The others count beside such an id, beside `workload_name`, `canonical_name`, `canonical_revision`, `cluster_id`, `mesh_id` or `mesh`, " +
		"or in an access log of attributes, JSON or a map.\n" +
		"- Names in `log_format::labels` always count.")
	return p.String(), nil
}
