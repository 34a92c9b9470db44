// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// agreesWithEnvoy checks the totals against what the proxies counted
// themselves: the sizes of gRPC and of mutual TLS, which no client knows, too.
func agreesWithEnvoy(t *testing.T, g *gateway, m *loopback.Mesh) {
	t.Helper()
	clients := func(kind string) loopback.Counted { return m.Sleep.Counted(t, kind).Add(m.Closed.Counted(t, kind)) }
	server := func(kind string) loopback.Counted { return m.HTTPBin.Counted(t, kind) }
	requests := func(reporter string) loopback.Counted {
		return g.counted(t, "istio_requests_total", "istio_request_bytes_sum", "istio_response_bytes_sum", reporter)
	}
	connections := func(reporter string) loopback.Counted {
		return g.counted(t, "istio_tcp_connections_closed_total", "istio_tcp_received_bytes_total", "istio_tcp_sent_bytes_total", reporter)
	}
	assert.Equal(t, clients(loopback.Requests), requests("source"), "requests of the clients' proxies")
	assert.Equal(t, clients(loopback.Connections), connections("source"), "connections of the clients' proxies")
	assert.Equal(t, server(loopback.Requests), requests("destination"), "requests of the server's proxy")
	assert.Equal(t, server(loopback.Connections), connections("destination"), "connections of the server's proxy")
}

// counted sums up three metrics over everything that a reporter reported.
func (g *gateway) counted(t *testing.T, exchanges, received, sent, reporter string) loopback.Counted {
	t.Helper()
	sum := func(metric string) float64 {
		v, err := g.prometheus.Value(t.Context(), "sum("+metric+`{reporter="`+reporter+`"})`)
		require.NoError(t, err)
		return v
	}
	return loopback.Counted{Exchanges: sum(exchanges), Received: sum(received), Sent: sum(sent)}
}
