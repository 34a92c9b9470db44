// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// counted adds up the series of a metric that have all of these labels.
func (s *store) counted(metric string, labels map[contract.Label]string) (sum float64) {
	for _, known := range s.series {
		matches := known.component == metric
		for l, value := range labels {
			matches = matches && known.labels[l.String()] == value
		}
		if matches {
			sum += known.sum()
		}
	}
	return sum
}

// attack sends requests through both components with their defaults, and gives
// what was stored in the end.
func attack(t *testing.T, requests func(send func(plog.Logs))) (in *store) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		into := &sink{store: newStore(rules{
			maxSeries: 100_000, limits: map[string]int{hostLabel: 400, peerLabel: 400},
			free: func(_, value string) bool { return value == other || value == istio.Unknown },
		}), willing: true}
		s := &scenario{
			processor: map[string]any{"destination_ip": map[string]any{"enabled": true}},
			connector: map[string]any{"instance_id": "test"},
		}
		p := newPipeline(t, s, into)
		into.store.witness = p.witnesses[0]
		requests(func(ld plog.Logs) { require.NoError(t, p.ConsumeLogs(t.Context(), ld)) })
		p.shutdown(t)
		noViolations(t, into.store)
		in = into.store
	})
	return in
}

const closed = "istio_tcp_connections_closed_total"

// blocked is a workload's connections to so many addresses.
func blocked(workload string, n int) plog.Logs {
	records := make([]record, n)
	for i := range records {
		records[i] = record{kind: tcpBlocked, namespace: "bank", workload: workload, code: "0", address: address(7*i + 2)}
	}
	return request(records, false)
}

func isBlocked(workload string) map[contract.Label]string {
	return map[contract.Label]string{
		contract.Reporter: "source", contract.SourceWorkload: workload, contract.SourceWorkloadNamespace: "bank",
		contract.DestinationServiceName: istio.BlackHoleCluster,
	}
}

// A workload that fills its share of max_series with requests to a server of its
// own hides neither its own blocked connections nor those of others.
func TestWorkloadThatHidesBehindMaxSeries(t *testing.T) {
	in := attack(t, func(send func(plog.Logs)) {
		var records []record
		for host := range 100 {
			for code := range 600 {
				if http.StatusText(code) == "" {
					continue
				}
				records = append(records, record{
					kind: httpPassthrough, namespace: "bank", workload: "thief",
					host: fmt.Sprintf("h%d.example", host), code: strconv.Itoa(code), address: address(2),
				})
			}
		}
		for range 12 { // often enough to have slots for all
			send(request(records, false))
		}
		send(blocked("thief", 20))
		send(blocked("honest", 20))
	})
	require.Positive(t, in.counted("istio_requests_total", map[contract.Label]string{contract.SourceWorkload: "thief"}))
	assert.InDelta(t, 20, in.counted(closed, isBlocked("thief")), 0)
	assert.InDelta(t, 20, in.counted(closed, isBlocked("honest")), 0)
	assert.True(t, in.has("otel_metric_overflow", "true"), "the attack came to the bound")
	honest := isBlocked("honest")
	honest[contract.DestinationIP] = address(2).String()
	assert.InDelta(t, 1, in.counted(closed, honest), 0, "others keep their own series")
}

// Clients without a certificate that call themselves and what they want something
// else each time take none of the series of others.
func TestClientsThatInventNames(t *testing.T) {
	const sent = 40_000
	in := attack(t, func(send func(plog.Logs)) {
		for n := 0; n < sent; n += 500 {
			records := make([]record, 500)
			for i := range records {
				records[i] = record{kind: tcpInbound, namespace: "bank", workload: "victim", peer: n + i, code: "0", address: address(2)}
			}
			send(request(records, false))
		}
		send(blocked("honest", 100))
	})
	victim := map[contract.Label]string{contract.DestinationWorkload: "victim", contract.DestinationWorkloadNamespace: "bank"}
	assert.InDelta(t, sent, in.counted(closed, victim), 0)
	assert.LessOrEqual(t, in.most.live, 10_000)
	assert.False(t, in.has("otel_metric_overflow", "true"))
	honest := isBlocked("honest")
	honest[contract.DestinationIP] = address(7*99 + 2).String()
	assert.InDelta(t, 1, in.counted(closed, honest), 0)
}
