// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

// noText are bytes that are no UTF-8.
const noText = "\xff\xfe"

// clientFields are requests with such bytes in each field that a client writes
// and a proxy logs. Those that are not readable Envoy refuses itself, and logs.
var clientFields = []struct {
	field, request string
	readable       bool
}{
	{"method", "G" + noText + "T / HTTP/1.1\r\nHost: evil.example\r\n\r\n", false},
	{"path", "GET /" + noText + " HTTP/1.1\r\nHost: evil.example\r\n\r\n", false},
	{"query", "GET /?q=" + noText + " HTTP/1.1\r\nHost: evil.example\r\n\r\n", false},
	{"protocol", "GET / HTTP/1" + noText + "\r\nHost: evil.example\r\n\r\n", false},
	{"authority", "GET / HTTP/1.1\r\nHost: evil" + noText + ".example\r\n\r\n", false},
	{"authority in the path", "GET http://evil" + noText + ".example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", false},
	{"user agent", withHeader("User-Agent"), true},
	{"list of proxies", withHeader("X-Forwarded-For"), true},
	{"scheme", withHeader("X-Forwarded-Proto"), true},
	{"request id", withHeader("X-Request-Id"), true},
	{"original path", withHeader("X-Envoy-Original-Path"), true},
	{"referer", withHeader("Referer"), true},
	{"content type", withHeader("Content-Type"), true},
	{"trace", withHeader("Traceparent"), true},
	{"name of a header", "GET / HTTP/1.1\r\nHost: evil.example\r\nX-" + noText + ": 1\r\n\r\n", false},
}

func withHeader(name string) string {
	return "GET / HTTP/1.1\r\nHost: evil.example\r\n" + name + ": a" + noText + "b\r\n\r\n"
}

// TestClientFields has a client that writes bytes which are no text, through its
// own proxy, which blocks it, and through its victim's. Each time somebody else
// tries what is blocked, too, so that both stand in one message of the proxy. What
// the proxies themselves count is what is counted of each of them, by OTLP and by
// ALS.
func TestClientFields(t *testing.T) {
	labels := recommended(t)
	for name, format := range map[string]loopback.Format{"text": {Text: loopback.IstioText}, "labels": labels} {
		t.Run(name, func(t *testing.T) {
			byOTLP, byALS := startGateway(t, nil), startGateway(t, nil, waitBriefly)
			m := loopback.Start(t, loopback.Config{
				Envoy: proctest.Envoy.Find(t), Format: format, ServerNames: true,
				Telemetry: byOTLP.otlp(), ALS: loopback.ALS{Endpoint: byALS.als(), HTTP: recommendedALS(t)},
			})
			const each = 3
			for _, x := range clientFields {
				for range each {
					blocked := loopback.RawHTTP(t, m.Closed.Dial, to(loopback.OutsideA, httpPort)(m), x.request)
					served := loopback.RawHTTP(t, loopback.Directly, to(loopback.HTTPBinPod, httpPort)(m), x.request)
					assert.Equal(t, x.readable, blocked == 502 && served == 200, "%s: Envoy answered %d and %d", x.field, blocked, served)
					sendHTTP(inClosed, loopback.OutsideA, get("www.example.com", "/", 502))(t, m)
				}
			}
			for range each {
				loopback.FailedTLS(t, m.Closed.Dial, to(loopback.OutsideA, otherPort)(m), "evil"+noText+".example")
				failTCP(inClosed, to(loopback.OutsideA, otherPort))(t, m)
			}
			for _, g := range []*gateway{byOTLP, byALS} {
				g.countsAll(t, m)
				assert.Equal(t, each*len(clientFields), int(g.value(t, `sum(istio_requests_total{destination_service="www.example.com",destination_service_name="BlackHoleCluster"})`)))
				assert.Equal(t, 2*each, int(g.value(t, `sum(istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster",destination_ip="`+loopback.OutsideA.String()+`"})`)))
			}
			m.Stop(t)
			require.NoError(t, byOTLP.Stop())
			require.NoError(t, byALS.Stop())
		})
	}
}

// countsAll waits until as many requests and connections are counted as the
// proxies say. A request that a proxy could not read has neither route nor
// cluster, so that text and ALS do not tell on which side it was.
func (g *gateway) countsAll(t *testing.T, m *loopback.Mesh) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		for kind, metric := range map[string]string{loopback.Requests: "istio_requests_total", loopback.Connections: "istio_tcp_connections_closed_total"} {
			n, err := g.prometheus.Value(t.Context(), "sum("+metric+")")
			assert.NoError(c, err)
			assert.InDelta(c, m.Closed.Counted(t, kind).Add(m.HTTPBin.Counted(t, kind)).Exchanges, n, 0, metric)
		}
	}, settleTimeout, pollInterval)
}
