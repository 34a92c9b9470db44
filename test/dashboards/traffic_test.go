// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// recorded sends a gateway what real proxies sent, in all ways of logging. Its
// Prometheus then has what came of it.
func recorded(t *testing.T) gateway {
	t.Helper()
	g := startGateway(t, nil)
	g.scrape(t)
	for _, path := range []string{
		"sidecars/labels.jsonl", "dynamic-dns/labels.jsonl", "tcp-periodic/labels.jsonl", "ipv6/labels.jsonl",
		// Istio's default text tells less, and so leaves more labels unknown.
		"sidecars/text.jsonl",
	} {
		sendOTLP(t, g.OTLP, filepath.Join(captures, path))
		g.scrape(t)
	}
	sendOTLP(t, g.OTLP, "../../testdata/golden/grpc/input.jsonl")
	sendRaw(t, g.OTLP, filepath.Join(captures, "hostile/invalid-utf8.binpb"))
	sendALS(t, g.ALS, filepath.Join(captures, "sidecars/als.jsonl"))
	g.untilWritten(t)
	return g
}

// overflowed sends a gateway more than it has room for.
func overflowed(t *testing.T) gateway {
	t.Helper()
	g := startGateway(t, map[string]string{"EGRESS_MAX_ROWS": "100", "MAX_SERIES": "1000"})
	for _, kind := range []flood.Kind{flood.Requests, flood.Connections} {
		scan := flood.Flood{Kind: kind, Records: 1000, Destinations: 1000, PerRequest: 100, Workloads: 1, Workload: "scan"}
		for range 2 {
			require.NoError(t, scan.Send(t.Context(), g.OTLP))
			g.scrape(t)
		}
	}
	g.untilWritten(t)
	return g
}

// sendOTLP sends the requests of a file one after the other: the names of destinations
// depend on their order.
func sendOTLP(t *testing.T, endpoint, path string) {
	t.Helper()
	requests, err := otlpclient.ReadJSONL(path)
	require.NoError(t, err)
	client, err := otlpclient.Dial(endpoint)
	require.NoError(t, err)
	defer client.Close()
	for _, logs := range requests {
		require.NoError(t, client.Send(t.Context(), logs))
	}
}

// sendRaw sends one request as it is, which is not valid.
func sendRaw(t *testing.T, endpoint, path string) {
	t.Helper()
	request, err := os.ReadFile(path)
	require.NoError(t, err)
	client, err := otlpclient.Dial(endpoint)
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.SendRaw(t.Context(), request))
}
