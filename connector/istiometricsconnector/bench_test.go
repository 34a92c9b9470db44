// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// shape of a request, as the processor writes it.
type shape struct {
	records, scopes int
	address         bool
	host            bool
	extras          int
	trace           bool
	slots           bool // of the address, and of a label of the scope
	labelsOnRecord  bool
	extraLabels     bool
	saved           bool // the state is saved from time to time
}

func BenchmarkConsumeLogs(b *testing.B) {
	for _, bench := range []struct {
		name  string
		shape shape
	}{
		{"500records/25scopes", shape{records: 500, scopes: 25}},
		{"20records/5scopes", shape{records: 20, scopes: 5}},
		{"500records/25scopes/address", shape{records: 500, scopes: 25, address: true}},
		{"500records/25scopes/address/slots", shape{records: 500, scopes: 25, address: true, slots: true}},
		{"500records/25scopes/address/host", shape{records: 500, scopes: 25, address: true, host: true}},
		{"500records/25scopes/address/trace", shape{records: 500, scopes: 25, address: true, trace: true}},
		{"500records/25scopes/40attributes", shape{records: 500, scopes: 25, address: true, extras: 40}},
		{"500records/25scopes/extra_labels", shape{records: 500, scopes: 25, address: true, extraLabels: true}},
		{"500records/labels_on_record", shape{records: 500, scopes: 1, address: true, labelsOnRecord: true}},
		{"20records/5scopes/saved", shape{records: 20, scopes: 5, saved: true}},
		{"20records/5scopes/address/slots", shape{records: 20, scopes: 5, address: true, slots: true}},
		{"20records/5scopes/address/slots/saved", shape{records: 20, scopes: 5, address: true, slots: true, saved: true}},
		{"500records/labels_on_record/extra_labels", shape{records: 500, scopes: 1, address: true, labelsOnRecord: true, extraLabels: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c := newBenchConnector(b)
			ld := bench.shape.logs()
			for range 3 { // series begin, and exemplars find their place
				require.NoError(b, c.ConsumeLogs(b.Context(), ld))
			}
			if bench.shape.saved {
				c.flusher.State.StartSaving()
			}
			b.ReportAllocs()
			requests := 0
			for b.Loop() {
				if err := c.ConsumeLogs(b.Context(), ld); err != nil {
					b.Fatal(err)
				}
				if requests++; bench.shape.saved && requests%requestsPerSave == 0 {
					save(c)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bench.shape.records), "ns/record")
		})
	}
}

func BenchmarkConsumeLogsParallel(b *testing.B) {
	c := newBenchConnector(b)
	s := shape{records: 500, scopes: 25, address: true}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		ld := s.logs()
		for pb.Next() {
			if err := c.ConsumeLogs(b.Context(), ld); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.records), "ns/record")
}

// BenchmarkAddresses shows that a record costs the same however many addresses
// there are, those that fit and those that do not.
func BenchmarkAddresses(b *testing.B) {
	for _, addresses := range []int{1e3, 1e5, 1e6} {
		b.Run(strconv.Itoa(addresses), func(b *testing.B) {
			c := newBenchConnector(b)
			ld := shape{records: 500, scopes: 25, address: true}.logs()
			ips := make([]string, addresses)
			for i := range ips {
				ips[i] = fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
			}
			next := 0
			renew := func() {
				for i := range 25 {
					records := ld.ResourceLogs().At(0).ScopeLogs().At(i).LogRecords()
					for j := range records.Len() {
						v, _ := records.At(j).Attributes().Get(contract.DestinationIP.String())
						v.SetStr(ips[next%addresses])
						next++
					}
				}
			}
			for range addresses / 500 {
				renew()
				require.NoError(b, c.ConsumeLogs(b.Context(), ld))
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				b.StopTimer()
				renew()
				b.StartTimer()
				if err := c.ConsumeLogs(b.Context(), ld); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/record")
		})
	}
}

func BenchmarkFlush(b *testing.B) {
	for _, sets := range []int{100, 1470, 5000} { // 1470 sets are 100 000 series
		b.Run(fmt.Sprintf("%dsets", sets), func(b *testing.B) {
			c := newBenchConnector(b)
			require.NoError(b, c.ConsumeLogs(b.Context(), shape{records: sets, scopes: sets}.logs()))
			require.NoError(b, c.flusher.Flush(b.Context(), testTime)) // with zeros
			b.ReportAllocs()
			for b.Loop() {
				if err := c.flusher.Flush(b.Context(), testTime); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstFlush flushes series that were born since the flush before, with
// their zeros.
func BenchmarkFirstFlush(b *testing.B) {
	const sets = 1470 // 100 000 series
	ld := shape{records: sets, scopes: sets}.logs()
	b.ReportAllocs()
	for range b.N {
		b.StopTimer()
		c := newBenchConnector(b)
		require.NoError(b, c.ConsumeLogs(b.Context(), ld))
		b.StartTimer()
		if err := c.flusher.Flush(b.Context(), testTime); err != nil {
			b.Fatal(err)
		}
	}
}

// requestsPerSave is a save of each second at 2000 requests a second, or 40 000 records.
const requestsPerSave = 2000

// save writes what changed, as a keeper does, to nowhere.
func save(c *istioMetrics) {
	var e state.Encoder
	s := savedState{c}
	for more := s.BeginSave(); more; {
		more = s.AppendUnsaved(&e)
	}
}

func newBenchConnector(tb testing.TB) *istioMetrics {
	tb.Helper()
	set := connectortest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = componenttest.NewNopTelemetrySettings()
	cfg := createDefaultConfig().(*Config)
	cfg.MaxSeries = 1_000_000
	c, err := newConnector(set, cfg, consumertest.NewNop())
	require.NoError(tb, err)
	return c
}

func (s shape) logs() plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "proxy")
	for i := range s.scopes {
		sl := rl.ScopeLogs().AppendEmpty()
		if !s.labelsOnRecord {
			s.putLabels(sl.Scope().Attributes(), i)
		}
		for j := range s.records / s.scopes {
			s.putRecord(sl.LogRecords().AppendEmpty(), i*s.records/s.scopes+j)
		}
	}
	return ld
}

func (s shape) putRecord(lr plog.LogRecord, n int) {
	attrs := lr.Attributes()
	for i := range s.extras {
		attrs.PutStr(proxyAttributes[i%len(proxyAttributes)]+suffix(i/len(proxyAttributes)), "a value of no interest")
	}
	attrs.PutInt(contract.AttrDuration, int64(n)*1_000_000)
	attrs.PutInt(contract.AttrBytesReceived, int64(n)*100)
	attrs.PutInt(contract.AttrBytesSent, int64(n)*1000)
	if s.address {
		attrs.PutStr(contract.DestinationIP.String(), fmt.Sprintf("198.51.100.%d", n%20))
		if s.slots {
			attrs.PutInt(contract.SlotPrefix+contract.DestinationIP.String(), contract.PackSlot(uint32(n%20), 1))
		}
	}
	if s.host {
		attrs.PutStr(contract.DestinationHost.String(), fmt.Sprintf("%d.example", n%20))
	}
	if s.labelsOnRecord {
		s.putLabels(attrs, n%25)
	}
	if s.trace {
		lr.SetTraceID(pcommon.TraceID{1, byte(n)})
		lr.SetSpanID(pcommon.SpanID{1, byte(n)})
	}
}

func (s shape) putLabels(attrs pcommon.Map, n int) {
	attrs.PutInt(contract.AttrVersion, contract.Version)
	attrs.PutStr(contract.AttrVerdict, string(contract.VerdictHTTP))
	attrs.PutStr(contract.AttrSchema, string(contract.SchemaIstio))
	if s.slots {
		attrs.PutStr(contract.AttrIncarnation, "7S4ZFH3QJ2N5KXWVTLR6BDYPCM")
		attrs.PutInt(contract.SlotPrefix+contract.DestinationService.String(), contract.PackSlot(uint32(n), 1))
	}
	if s.extraLabels {
		prefix := ""
		if s.labelsOnRecord {
			prefix = contract.LabelPrefix
		}
		attrs.PutStr(prefix+"team", "a")
		attrs.PutStr(prefix+"zone", "a")
	}
	for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
		attrs.PutStr(l.String(), fmt.Sprintf("a-likely-value-%d", n))
	}
}

func suffix(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint("_", n)
}

// Names of attributes that proxies send beside what we write.
var proxyAttributes = []string{
	"access_log_type", "authority", "bytes_received", "bytes_sent", "connection_termination_details", "downstream_local_address",
	"downstream_remote_address", "downstream_wire_bytes_sent", "duration", "method", "path", "protocol", "request_id",
	"requested_server_name", "response_code_details", "route_name", "start_time", "stream_id", "upstream_cluster", "upstream_host",
	"upstream_local_address", "upstream_peer_uri_san", "upstream_service_time", "upstream_transport_failure_reason", "user_agent",
	"x_forwarded_for", "source_address", "destination_address", "response_tx_duration", "grpc_status",
}
