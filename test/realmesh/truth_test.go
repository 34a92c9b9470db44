// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// agreesWithProxies holds all totals against what each proxy counted itself:
// requests, connections and bytes, by how they ended.
func (r run) agreesWithProxies(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	counted, got := map[mesh.Kind]mesh.Counted{}, map[mesh.Kind]mesh.Counted{}
	for app, p := range m.Proxies {
		if app == "otelcol-istio" {
			continue // not shipped; see telemetry-all.yaml
		}
		if p.Forged && r.verified {
			continue // not believed
		}
		for kind, c := range p.Counted(t) {
			if r.outsideOnly && !kind.Outside {
				continue // not shipped; see telemetry.yaml
			}
			kind = r.way.kind(kind)
			if r.way.text && kind.Request {
				c.WireReceived, c.WireSent = c.Received, c.Sent
			}
			c.Received, c.Sent = 0, 0
			counted[kind] = counted[kind].Add(c)
		}
	}
	for metric, into := range map[string]func(*mesh.Counted) *float64{
		"istio_requests_total":               func(c *mesh.Counted) *float64 { return &c.Exchanges },
		"istio_request_bytes_sum":            func(c *mesh.Counted) *float64 { return &c.WireReceived },
		"istio_response_bytes_sum":           func(c *mesh.Counted) *float64 { return &c.WireSent },
		"istio_tcp_connections_closed_total": func(c *mesh.Counted) *float64 { return &c.Exchanges },
		"istio_tcp_received_bytes_total":     func(c *mesh.Counted) *float64 { return &c.WireReceived },
		"istio_tcp_sent_bytes_total":         func(c *mesh.Counted) *float64 { return &c.WireSent },
	} {
		for _, s := range m.Gateway.Query(t, "sum by (reporter, source_workload, destination_workload, request_protocol, response_code, response_flags) ("+metric+")") {
			kind := r.way.kind(kindOf(s))
			c := got[kind]
			*into(&c) += s.Value
			got[kind] = c
		}
	}
	assert.Equal(t, counted, got, "what the proxies counted, and what Prometheus holds")
}

// kind is as much as the way tells of a kind.
func (w way) kind(k mesh.Kind) mesh.Kind {
	if w.anyCode || !k.Request {
		k.Code = ""
	}
	if w.text {
		k.Workload = ""
	}
	k.Outside = false // no label of its own
	return k
}

func kindOf(s promclient.Sample) mesh.Kind {
	own := "source_workload"
	if isInbound(s.Labels) {
		own = "destination_workload"
	}
	return mesh.Kind{
		Workload: s.Labels[own], Request: isRequest(s.Labels), Outbound: isOutbound(s.Labels),
		Code: s.Labels["response_code"], Flags: s.Labels["response_flags"],
	}
}

// loggedToStdout checks that the proxies, which have ended, still had their log
// where it was: the provider `envoy` stands in each Telemetry of deploy/istio for
// that.
func loggedToStdout(t *testing.T, m *mesh.Mesh, traffic []exchange) {
	t.Helper()
	lines := 0
	for app, p := range m.Proxies {
		if app != "otelcol-istio" {
			lines += p.Lines(t)
		}
	}
	assert.Equal(t, recordsOf(traffic), lines)
}

// recordsOf is how many records the proxies write of the traffic.
func recordsOf(traffic []exchange) (n int) {
	for _, x := range traffic {
		n += x.n * len(x.wants)
		if x.unmatched || x.forged {
			n += x.n
		}
	}
	return n
}
