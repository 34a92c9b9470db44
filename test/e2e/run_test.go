// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

const (
	// settleTimeout bounds the wait for the totals: flush intervals of Envoy
	// and the gateway, on a busy machine.
	settleTimeout = 90 * time.Second
	pollInterval  = 200 * time.Millisecond
)

// everything that Prometheus holds of Istio's metrics: not what says that there is a gateway, or who goes out.
const everything = `{__name__!~"|` + buildInfo + `|istio_egress_.+"}`

// scenario is traffic through a mesh whose proxies log in one format.
type scenario struct {
	mesh loopback.Config
	// env is added to the gateway's.
	env     map[string]string
	traffic []traffic
	// expect adds what the exchanges of one kind become.
	expect func(e *expect.Set, x traffic, sent loopback.Bytes)
	// query gives what is expected; empty means everything.
	query string
	// check looks at more once the totals are there, if it is set.
	check func(t *testing.T, g *gateway, m *loopback.Mesh)
}

// run sends the traffic and checks that Prometheus then holds what is expected
// and nothing else, and still so after everybody has flushed and ended.
func (s scenario) run(t *testing.T) {
	if s.query == "" {
		s.query = everything
	}
	s.mesh.Envoy = proctest.Envoy.Find(t)
	g := startGateway(t, s.env)
	s.mesh.Telemetry = g.otlp()
	m := loopback.Start(t, s.mesh)

	e := newExpectation(g.instance)
	for _, x := range s.traffic {
		var sent loopback.Bytes
		for range x.n {
			sent = sent.Add(x.send(t, m))
		}
		s.expect(e, x, sent)
	}
	report(t, "after the traffic", g.settle(t, s.query, e))
	if s.check != nil {
		s.check(t, g, m)
	}
	m.Stop(t)
	require.NoError(t, g.Stop())
	report(t, "after the end of the gateway", e.Differences(g.query(t, s.query)))
}

// settle asks until the expectation holds, or gives up and says what differs.
func (g *gateway) settle(t *testing.T, query string, e *expect.Set) []expect.Difference {
	var diffs []expect.Difference
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if diffs = e.Differences(g.query(t, query)); len(diffs) == 0 {
			return nil
		}
	}
	return diffs
}

func (g *gateway) query(t *testing.T, promQL string) promclient.Vector {
	v, err := g.prometheus.Query(t.Context(), promQL)
	require.NoError(t, err)
	return v
}
