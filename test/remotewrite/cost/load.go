// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// seriesPerSet is how many series a label set has: a counter and three
// histograms with 19 bounds.
const seriesPerSet = 1 + 3*22

// services is how many services the workloads of the mesh call.
const services = 50

// fill counts one request for each label set, and returns how many series that
// makes.
func fill(ctx context.Context, con connector.Logs, series int) (int, error) {
	sets := max(series/seriesPerSet, 1)
	for from := 0; from < sets; from += 500 {
		ld := plog.NewLogs()
		rl := ld.ResourceLogs().AppendEmpty()
		for set := from; set < min(from+500, sets); set++ {
			sl := rl.ScopeLogs().AppendEmpty()
			attrs := sl.Scope().Attributes()
			attrs.PutInt(contract.AttrVersion, contract.Version)
			attrs.PutStr(contract.AttrVerdict, string(contract.VerdictHTTP))
			attrs.PutStr(contract.AttrSchema, string(contract.SchemaIstio))
			for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
				attrs.PutStr(l.String(), valueOf(l.String(), set))
			}
			lr := sl.LogRecords().AppendEmpty().Attributes()
			lr.PutInt(contract.AttrDuration, int64(set)*1_000_000)
			lr.PutInt(contract.AttrBytesReceived, int64(set)*100)
			lr.PutInt(contract.AttrBytesSent, int64(set)*1000)
		}
		if err := con.ConsumeLogs(ctx, ld); err != nil {
			return 0, err
		}
	}
	return sets * seriesPerSet, nil
}

// valueOf returns a value as long as that of a mesh. Sets differ by workload and
// service.
func valueOf(label string, set int) string {
	switch label {
	case "source_workload":
		return fmt.Sprintf("checkout-frontend-%d", set/services)
	case "destination_workload", "destination_canonical_service", "destination_service_name", "destination_app":
		return fmt.Sprintf("payments-%d", set%services)
	case "destination_service":
		return fmt.Sprintf("payments-%d.shop.svc.cluster.local", set%services)
	case "source_principal", "destination_principal":
		return "spiffe://cluster.local/ns/shop/sa/default"
	case "reporter":
		return "destination"
	case "response_code":
		return "200"
	}
	return "a-likely-value"
}
