// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

func labelsPage(string) (string, error) {
	p := newPage("Labels")
	p.text("Names and order are Istio's. [How labels come about](../labels.md) has the rules behind the values.")

	p.text("## Which metrics carry a label")
	header := []string{"label", "value if nothing tells it"}
	for _, s := range contract.Schemas {
		header = append(header, code(string(s))+" HTTP", code(string(s))+" TCP")
	}
	var rows [][]string
	for l := range contract.NumLabels {
		if l.IsAddress() {
			continue
		}
		row := []string{code(l.String()), code(l.Default())}
		for _, s := range contract.Schemas {
			for _, protocol := range []contract.Protocol{contract.HTTP, contract.TCP} {
				row = append(row, yesNo(slices.Contains(s.Labels(protocol), l)))
			}
		}
		rows = append(rows, row)
	}
	p.table(header, rows)

	var addresses []string
	for _, l := range contract.AddressLabels {
		addresses = append(addresses, l.String())
	}
	p.text("The labels " + codes(addresses) + " are not Istio's. They stand on records of outside traffic, if they are switched on. " +
		"[Metrics](metrics.md) says which metrics carry them. `job` and `instance` are `service_name` and `instance_id` of `istio_metrics`.")

	p.text("## Who is named by what")
	p.text("Each value comes from the first source that has it. The proxy that wrote a record is the source of outbound records and the " +
		"destination of inbound ones. A name in backticks is an [operator](operators.md).")
	rows = nil
	for _, row := range istio.IdentityOrder() {
		rows = append(rows, []string{row.Field, strings.Join(row.Proxy, "; "), strings.Join(row.Peer, "; ")})
	}
	p.table([]string{"", "the proxy itself", "its peer"}, rows)

	p.text("## Attributes of the resource")
	p.text("The `k8s_attributes` processor writes these. Each stands for an operator of the proxy that sent the record. " +
		"What the record says itself comes first.")
	rows = nil
	for _, a := range formats.ResourceAttributes {
		rows = append(rows, []string{code(a.Key), code(a.Op.Key())})
	}
	p.table([]string{"resource attribute", "stands for"}, rows)
	return p.String(), nil
}
