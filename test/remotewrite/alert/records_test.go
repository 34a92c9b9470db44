// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// record is the end of a connection, or of a request if it has a duration.
type record struct {
	verdict  contract.Verdict
	service  string
	address  string
	sent     int64
	received int64 // -1: the record does not say
}

// blocked is a connection that the mesh let go nowhere.
var blocked = record{verdict: contract.VerdictTCP, service: contract.BlackHoleCluster, address: "192.0.2.1"}

// logs holds the record n times.
func (r record) logs(n int) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	attrs := sl.Scope().Attributes()
	attrs.PutInt(contract.AttrVersion, contract.Version)
	attrs.PutStr(contract.AttrVerdict, string(r.verdict))
	attrs.PutStr(contract.AttrSchema, string(contract.SchemaIstio))
	attrs.PutStr(contract.Reporter.String(), contract.ReporterSource)
	attrs.PutStr(contract.DestinationServiceName.String(), r.service)
	for range n {
		attrs := sl.LogRecords().AppendEmpty().Attributes()
		attrs.PutStr(contract.DestinationIP.String(), r.address)
		attrs.PutInt(contract.AttrBytesSent, r.sent)
		if r.received >= 0 {
			attrs.PutInt(contract.AttrBytesReceived, r.received)
		}
		if r.verdict == contract.VerdictHTTP {
			attrs.PutInt(contract.AttrDuration, 7_000_000)
		}
	}
	return ld
}
