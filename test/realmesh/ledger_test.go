// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// noLearnedNames keeps names of rows from depending on what came before.
const noLearnedNames = "yaml:processors::istio_labels::destination_host::learned_names: false"

// ledgerKey tells rows of the ledger apart.
type ledgerKey struct {
	Namespace, Workload, Destination, NameSource string
	Port                                         int
	Traffic, Decision, Entry                     string
}

// ledgerCounts is what a row adds up. Bytes are those of connections: no client knows
// the bytes of its requests on the wire.
type ledgerCounts struct{ Requests, Connections, Sent, Received int }

// wentTo is where an exchange goes, as the ledger tells it.
type wentTo struct {
	destination string
	port        int
	// traffic is the kind, name where the name of the destination comes from.
	traffic, name string
}

// destinations of the exchanges of everyTraffic that leave the mesh, or are kept from it.
var destinations = map[string]wentTo{
	"HTTP to a ServiceEntry": {"api.example.org", 80, "http", "entry"},
	// The row of the gateway: the client's own traffic stays in the mesh.
	"HTTP to a ServiceEntry, through the egress gateway": {"partner.example.org", 80, "http", "entry"},
	"HTTP to an unknown host":                            {"www.example.com", 80, "http", "host"},
	"HTTP to an unknown host, another address":           {"www.example.com", 80, "http", "host"},
	"HTTP to an unknown host and port":                   {mesh.OutsideA, 8000, "tcp", "none"},
	"HTTP to an unknown host, refused":                   {"refused.example.com", 80, "http", "host"},
	"HTTP to an unknown host, black-holed":               {"silent.example.com", 80, "http", "host"},
	"HTTP to an unknown host, reset":                     {"reset.example.com", 80, "http", "host"},
	"gRPC to an unknown host":                            {"grpc.example.com", 80, "grpc", "host"},
	"gRPC to an unknown host, blocked":                   {"grpc.example.com", 80, "grpc", "host"},
	"TCP to a pod by address":                            {"10.244.0.14", 9000, "tcp", "none"},
	"TCP to a pod by address, without a proxy":           {"10.244.0.15", 9000, "tcp", "none"},
	"TCP to the outside":                                 {mesh.OutsideA, 9000, "tcp", "none"},
	"TCP to the outside, server first":                   {mesh.OutsideB, 3306, "tcp", "none"},
	"TCP to the outside, refused":                        {mesh.Refusing, 9000, "tcp", "none"},
	"TCP to the outside, black-holed":                    {mesh.Silent, 9000, "tcp", "none"},
	"TCP to the outside, reset":                          {mesh.OutsideA, 7001, "tcp", "none"},
	"TLS to a ServiceEntry":                              {"bank.example.org", 443, "tls", "entry"},
	"TLS to an unknown host on a ServiceEntry's port":    {"www.example.com", 443, "tls", "server_name"},
	// Nothing reads the server name on this port.
	"TLS to an unknown host and port":                                     {mesh.OutsideB, 8443, "tcp", "none"},
	"HTTP to an unknown host, blocked":                                    {"www.example.com", 80, "http", "host"},
	"HTTP to an unknown host and port, blocked":                           {mesh.OutsideA, 8000, "tcp", "none"},
	"TCP to the outside, blocked":                                         {mesh.OutsideB, 9000, "tcp", "none"},
	"TCP to a pod by address, blocked":                                    {"10.244.0.14", 9000, "tcp", "none"},
	"TLS to an unknown host on a ServiceEntry's port, blocked":            {"www.example.com", 443, "tls", "server_name"},
	"TLS to an unknown host and port, blocked":                            {mesh.API, 8443, "tcp", "none"},
	"HTTP to an unknown host, ALLOW_ANY_DYNAMIC_DNS":                      {"www.example.com", 80, "http", "host"},
	"HTTP to an unknown host, and port, ALLOW_ANY_DYNAMIC_DNS":            {"www.example.com", 8000, "http", "host"},
	"HTTP to an unknown host, that has no address, ALLOW_ANY_DYNAMIC_DNS": {"nowhere.example.com", 80, "http", "host"},
	"TCP to the outside, ALLOW_ANY_DYNAMIC_DNS":                           {mesh.OutsideA, 9000, "tcp", "none"},
}

// TestLedger compares the rows of the page with what was sent: by workload, destination,
// port, kind and decision, with counts and bytes. Nothing else is a row.
func TestLedger(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	for _, w := range []way{byLabels, byALS} {
		t.Run(w.name, func(t *testing.T) {
			m := world.Start(t, mesh.Config{
				MeshConfigs: w.meshConfigs, Resources: []string{outsideFile},
				GatewayConfigs: []string{gatewayFile, recordsFile, noLearnedNames}, GatewayEnv: []string{"DESTINATION_HOST=true"},
			})
			want := ledgerOf(t, sendAll(t, m, everyTraffic))
			var got map[ledgerKey]ledgerCounts
			var bytes ledgerCounts
			for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(time.Second) {
				if got, bytes = readLedger(t, m.Gateway.Page); maps.Equal(want, got) {
					break
				}
			}
			assert.Equal(t, lines(want), lines(got))
			sameAsMetrics(t, m, bytes)
			m.Stop(t)
		})
	}
}

// lines are rows in an order in which differences are seen.
func lines(rows map[ledgerKey]ledgerCounts) (all []string) {
	for k, c := range rows {
		all = append(all, fmt.Sprintf("%+v: %+v", k, c))
	}
	slices.Sort(all)
	return all
}

// ledgerOf is what the ledger should have.
func ledgerOf(t *testing.T, sent map[string]mesh.Bytes) map[ledgerKey]ledgerCounts {
	t.Helper()
	rows := map[ledgerKey]ledgerCounts{}
	unused := maps.Clone(destinations)
	for _, x := range everyTraffic {
		for _, w := range x.wants {
			if isInbound(w.truth) || !goesOut(w.truth) {
				continue
			}
			to, ok := destinations[x.what]
			require.True(t, ok, x.what)
			k := ledgerKey{
				Namespace: w.truth["source_workload_namespace"], Workload: w.truth["source_workload"],
				Destination: to.destination, NameSource: to.name, Port: to.port, Traffic: to.traffic,
			}
			switch w.truth["destination_service_name"] {
			case "BlackHoleCluster":
				k.Decision = "blocked"
			case "PassthroughCluster", "AllowAnyDynamicDNSCluster":
				k.Decision = "passed"
			default:
				k.Decision, k.Entry = "allowed", w.truth["destination_service"]
			}
			c := rows[k]
			if isRequest(w.truth) {
				c.Requests += x.n
			} else {
				c.Connections += x.n
				c.Sent += int(sent[x.what].Sent)
				c.Received += int(sent[x.what].Received)
			}
			rows[k] = c
			delete(unused, x.what)
		}
	}
	assert.Empty(t, slices.Sorted(maps.Keys(unused)), "each is an exchange")
	return rows
}

// readLedger reads all rows of the page, and adds up the bytes of all.
func readLedger(t *testing.T, page string) (rows map[ledgerKey]ledgerCounts, sum ledgerCounts) {
	t.Helper()
	all, err := pageclient.Rows(t.Context(), page, nil)
	require.NoError(t, err)
	rows = map[ledgerKey]ledgerCounts{}
	for _, r := range all {
		k := ledgerKey{r.Source.Namespace, r.Source.Workload, r.Destination, r.NameSource, r.Port, r.Traffic, r.Decision, r.Entry}
		require.NotContains(t, rows, k)
		c := ledgerCounts{r.Requests, r.Connections, r.SentBytes, r.ReceivedBytes}
		sum = ledgerCounts{sum.Requests + c.Requests, sum.Connections + c.Connections, sum.Sent + c.Sent, sum.Received + c.Received}
		if c.Requests > 0 {
			c.Sent, c.Received = 0, 0
		}
		rows[k] = c
	}
	return rows, sum
}

// sameAsMetrics waits until the sums of all rows are those of Istio's metrics, whose
// bytes TestOutsideOnly compares with what the proxies counted, and those of the
// ledger's own, which are flushed by themselves.
func sameAsMetrics(t *testing.T, m *mesh.Mesh, sum ledgerCounts) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		value := func(promQL string) int {
			v, err := m.Gateway.Prometheus.Value(t.Context(), promQL)
			assert.NoError(c, err)
			return int(v)
		}
		assert.Equal(c, sum.Sent, value("sum(istio_request_bytes_sum)")+value("sum(istio_tcp_received_bytes_total)"))
		assert.Equal(c, sum.Received, value("sum(istio_response_bytes_sum)")+value("sum(istio_tcp_sent_bytes_total)"))
		for metric, want := range map[string]int{
			"istio_requests_total": sum.Requests, "istio_tcp_connections_closed_total": sum.Connections,
			"istio_egress_requests_total": sum.Requests, "istio_egress_connections_total": sum.Connections,
			"istio_egress_sent_bytes_total": sum.Sent, "istio_egress_received_bytes_total": sum.Received,
		} {
			assert.Equal(c, want, value("sum("+metric+")"), metric)
		}
	}, settleTimeout, pollInterval)
}
