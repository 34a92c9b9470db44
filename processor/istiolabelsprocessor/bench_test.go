// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// benchLogs are lines of a busy proxy: 24 label sets, 200 outside addresses.
func benchLogs(n int, attributes bool) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		lr := records.AppendEmpty()
		ip := fmt.Sprintf("203.0.113.%d:443", i%200)
		code := 200 + i%3
		host := fmt.Sprintf("h%d.example.org", i%8)
		lr.Body().SetStr(fmt.Sprintf(`[2026-11-23T03:26:42.738Z] "GET /status/418?a=b HTTP/1.1" %d - via_upstream - "-" 0 120 5 4 "-" "curl/7.88.1" "35fc7d73-50e6-4a7d-9f49-3dc5ca7a00d6" %q %q PassthroughCluster 10.244.0.8:34644 %s 10.244.0.8:38258 - allow_any`+"\n", code, host, ip, ip))
		if !attributes {
			continue
		}
		for k, v := range map[string]string{
			"access_log_type": "DownstreamEnd", "stream_id": "35fc7d73-50e6-4a7d-9f49-3dc5ca7a00d6", "method": "GET", "authority": host,
			"protocol": "HTTP/1.1", "response_code": strconv.Itoa(code), "response_flags": "-", "response_code_details": "via_upstream",
			"grpc_status_number": "-", "content_type": "-", "duration": "5", "bytes_received": "0", "bytes_sent": "120",
			"downstream_wire_bytes_received": "90", "downstream_wire_bytes_sent": "251", "route_name": "allow_any",
			"upstream_cluster_raw": "PassthroughCluster", "upstream_host": ip, "downstream_local_address": ip,
			"downstream_direct_remote_address": "10.244.0.8:38258", "requested_server_name": "-", "downstream_peer_uri_san": "-",
			"downstream_local_uri_san": "-", "upstream_peer_uri_san": "-", "upstream_local_uri_san": "-",
			"node_id": "sidecar~10.244.0.8~sleep-7656cf8794-cgsm5.default~default.svc.cluster.local", "workload_name": "sleep",
			"namespace": "default", "cluster_id": "Kubernetes", "canonical_name": "sleep", "canonical_revision": "v1",
			"app": "sleep", "version": "v1", "listener_direction": "2", "cluster_services": "-", "upstream_workload": "-",
		} {
			lr.Attributes().PutStr(k, v)
		}
	}
	return ld
}

func BenchmarkProcessLogs(b *testing.B) {
	for _, attributes := range []bool{false, true} {
		for _, n := range []int{20, 500} {
			b.Run(fmt.Sprintf("attributes=%t/records=%d", attributes, n), func(b *testing.B) {
				cfg := createDefaultConfig().(*Config)
				cfg.DestinationIP.Enabled = true
				set := processortest.NewNopSettings(metadata.Type)
				p, err := createLogs(b.Context(), set, cfg, consumertest.NewNop())
				require.NoError(b, err)
				template := benchLogs(n, attributes)
				copies := make([]plog.Logs, 64)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if i%len(copies) == 0 {
						b.StopTimer()
						for j := range copies {
							copies[j] = plog.NewLogs()
							template.CopyTo(copies[j])
						}
						b.StartTimer()
					}
					require.NoError(b, p.ConsumeLogs(b.Context(), copies[i%len(copies)]))
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
			})
		}
	}
}

// BenchmarkFlood is one client that writes another Host header, or connects to
// another address, each time.
func BenchmarkFlood(b *testing.B) {
	for _, distinct := range []int{10, 1_000, 100_000} {
		for name, line := range map[string]func(n int) string{
			"hosts":     func(n int) string { return toHost(fmt.Sprintf("h%d.example", n)) },
			"addresses": func(n int) string { return toAddress(lineTCP, n) },
		} {
			b.Run(fmt.Sprintf("%s=%d", name, distinct), func(b *testing.B) {
				p := newTest(b, map[string]any{"destination_ip": map[string]any{"enabled": true}})
				const perRequest = 200
				requests := make([]plog.Logs, max(1, distinct/perRequest))
				for i := range requests {
					lines := make([]string, perRequest)
					for k := range lines {
						lines[k] = line((i*perRequest + k) % distinct)
					}
					requests[i] = textLogs(lines...)
				}
				i := 0
				for b.Loop() {
					b.StopTimer()
					ld := plog.NewLogs()
					requests[i%len(requests)].CopyTo(ld)
					p.sink.Reset()
					b.StartTimer()
					if err := p.ConsumeLogs(b.Context(), ld); err != nil {
						b.Fatal(err)
					}
					i++
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/perRequest, "ns/record")
			})
		}
	}
}
