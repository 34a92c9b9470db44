// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// TestWorkloadHidesBehindItsSeries has a workload that makes as many series as it
// can, by requests to a server of its own, and then tries to connect to where it
// may not.
func TestWorkloadHidesBehindItsSeries(t *testing.T) {
	t.Parallel()
	const hosts, codes = 100, 62
	siege{
		// Fewer than by default, of which each flush would send all.
		options: options{env: map[string]string{"MAX_SERIES": "20000"}},
		attack: func(ctx context.Context, t *testing.T, g *gateway) {
			t.Helper()
			client, err := otlpclient.Dial(g.OTLP)
			require.NoError(t, err)
			defer client.Close()
			for code := range codes {
				logs := plog.NewLogs()
				records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
				for host := range hosts {
					noisy(records.AppendEmpty(), map[string]string{
						"access_log_type": "DownstreamEnd", "method": "GET", "authority": fmt.Sprintf("h%d.example", host), "route_name": "allow_any",
						"upstream_cluster_raw": "PassthroughCluster", "upstream_host": "198.51.100.7:80", "downstream_local_address": "198.51.100.7:80",
						"response_code": registeredCodes[code], "response_flags": "-", "duration": "12",
						"downstream_wire_bytes_received": "100", "downstream_wire_bytes_sent": "200",
					})
				}
				require.NoError(t, client.Send(ctx, logs))
			}
			logs := plog.NewLogs()
			noisy(logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty(), map[string]string{
				"access_log_type": "TcpConnectionEnd", "upstream_cluster_raw": "BlackHoleCluster", "upstream_host": "-",
				"downstream_local_address": "192.0.2.66:443", "response_flags": "UH",
			})
			require.NoError(t, client.Send(ctx, logs))
		},
		check: func(t *testing.T, g *gateway) {
			t.Helper()
			g.settles(t, func() []string { return g.notYet(t, "noisy", 1) })
			g.settles(t, func() []string {
				if n := g.value(t, `sum(istio_requests_total{source_workload="noisy",source_workload_namespace="shop",reporter="source"})`); n != hosts*codes {
					return []string{fmt.Sprintf("requests of noisy: %g of %d", n, hosts*codes)}
				}
				return nil
			})
		},
	}.run(t)
}

// noisy is a record of that workload's own proxy.
func noisy(lr plog.LogRecord, attributes map[string]string) {
	lr.Body().SetStr(attributes["access_log_type"])
	for name, value := range map[string]string{"listener_direction": "2", "node_id": nodeID("noisy"), "workload_name": "noisy", "namespace": namespace} {
		lr.Attributes().PutStr(name, value)
	}
	for name, value := range attributes {
		lr.Attributes().PutStr(name, value)
	}
}

// registeredCodes are response codes of which each is known to a registry, so
// that none needs a slot.
var registeredCodes = []string{
	"100", "101", "102", "103",
	"200", "201", "202", "203", "204", "205", "206", "207", "208", "226",
	"300", "301", "302", "303", "304", "305", "307", "308",
	"400", "401", "402", "403", "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414", "415", "416", "417", "421", "422", "423", "424", "425", "426", "428", "429", "431", "451",
	"500", "501", "502", "503", "504", "505", "506", "507", "508", "510", "511", "0",
}
