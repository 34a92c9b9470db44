// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// sayTheSame are labels that both proxies of an exchange inside the mesh must
// give the same value, or none.
var sayTheSame = []string{
	"source_workload_namespace", "source_principal", "destination_principal",
	"destination_workload", "destination_workload_namespace", "destination_canonical_service", "destination_canonical_revision",
	"destination_service", "destination_service_name", "destination_service_namespace", "destination_cluster",
	"request_protocol", "response_code", "grpc_response_status", "response_flags",
}

// TestReportersAgree holds what is expected of the two proxies of an exchange
// against one another: what both know of it is the same.
func TestReportersAgree(t *testing.T) {
	for _, w := range everyWay {
		pairs := 0
		for _, x := range everyTraffic {
			if len(x.wants) != 2 || !isInbound(x.wants[1].truth) || x.wants[1].truth["source_principal"] == "" {
				continue
			}
			pairs++
			client, server := x.wants[0].told(w.rules).truth, x.wants[1].told(w.rules).truth
			for _, name := range sayTheSame {
				if known(client, name) && known(server, name) {
					assert.Equal(t, client[name], server[name], "%s: %s of %s", w.name, name, x.what)
				}
			}
		}
		assert.Equal(t, 8, pairs, "exchanges inside the mesh")
	}
}

func known(set labels, name string) bool {
	return set[name] != "" && set[name] != unknown && set[name] != expect.Istio[name]
}

// secured selects what came over mutual TLS. Text does not say so, but names the
// service of nothing else.
func (w way) secured() string {
	if w.text {
		return ""
	}
	return `, connection_security_policy="mutual_tls"`
}

// bothReport checks in Prometheus that the two sides of the mesh counted the same
// requests, messages, connections and bytes, by service and outcome.
func (w way) bothReport(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	const by = "destination_service, destination_service_name, destination_service_namespace, request_protocol, response_code, grpc_response_status, response_flags"
	for _, metric := range []string{
		"istio_requests_total", "istio_request_messages_total", "istio_response_messages_total",
		"istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total", "istio_tcp_sent_bytes_total", "istio_tcp_received_bytes_total",
	} {
		sum := func(selector string) string {
			return m.Gateway.Query(t, fmt.Sprintf("sum by (%s) (%s{%s})", by, metric, selector)).String()
		}
		// The server's side without what came from outside the mesh, which no other proxy saw.
		client := sum(`reporter="source", destination_service="server.shop.svc.cluster.local"`)
		server := sum(`reporter="destination", destination_service="server.shop.svc.cluster.local"` + w.secured())
		assert.Equal(t, client, server, metric)
		if !w.text || metric == "istio_requests_total" || metric == "istio_tcp_sent_bytes_total" {
			assert.NotEmpty(t, client, metric)
		}
	}
}
