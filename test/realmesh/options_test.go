// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// serverNamesFile has the gateway make a label of the server name.
const serverNamesFile = "testdata/server-names.yaml"

// TestOutsideOnly has deploy/istio as it is shipped: of all traffic only what
// left the mesh, to ServiceEntries too, or was kept from it, is counted, the same by
// OTLP and by ALS but for what ALS does not tell of ServiceEntries.
// Server names are there where Istio itself looks for them.
func TestOutsideOnly(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	for _, w := range []way{byLabels, byALS} {
		t.Run(w.name, func(t *testing.T) {
			run{
				config: mesh.Config{
					MeshConfigs: w.meshConfigs, Resources: []string{outsideFile},
					GatewayConfigs: []string{serverNamesFile},
				},
				way: w, traffic: everyTraffic, outsideOnly: true,
				extra: namedOnPorts,
			}.start(t, world, nil)
		})
	}
}

// namedOnPorts is the label of an exchange where Istio looks for server names: on the
// ports of TLS ServiceEntries, and at an egress gateway.
func namedOnPorts(x exchange, told labels) labels {
	name := unknown
	switch service := told["destination_service"]; {
	case strings.Contains(x.what, "on a ServiceEntry's port"):
		name = "www.example.com"
	case service == bankEntry["destination_service"], service == partnerEntry["destination_service"]:
		name = service
	}
	return labels{"server_name": name}
}

// lastingTraffic stays open while its connections are reported.
var lastingTraffic = []exchange{
	{
		what: "TCP to the outside, lasting", n: 1, send: lastingTCP("browse", mesh.OutsideA+":9000", 200),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
	{
		what: "TCP to a service, lasting", n: 1, send: lastingTCP("browse", serverVIP+":9000", 300),
		wants: reports(browse, server, secured, tcpOutcome("-"), serverService),
	},
}

// TestOptions has the two EnvoyFilters that deploy/istio offers beside: every
// server name is there, blocked or not; servers that speak first are not
// disturbed; and reports of what is still open count for nothing.
func TestOptions(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	traffic := slices.Concat(tcpTraffic, tlsTraffic, blockedTraffic, plainTraffic, dynamicTraffic, lastingTraffic)
	run{
		config: mesh.Config{
			MeshConfigs: byLabels.meshConfigs, Resources: []string{allFile, periodicFile, tlsFile},
			GatewayConfigs: []string{serverNamesFile},
		},
		way: byLabels, traffic: traffic,
		extra: serverName,
	}.start(t, world, func(t *testing.T, m *mesh.Mesh) {
		t.Helper()
		verdict := func(verdict string) int {
			sum, err := m.Gateway.Metric(t.Context(), "otelcol_processor_istio_labels_records", `verdict="`+verdict+`"`)
			require.NoError(t, err)
			return int(sum)
		}
		assert.Equal(t, 3, verdict("periodic"), "a report of each lasting connection by each proxy")
		assert.Equal(t, established(traffic), verdict("connect"))
	})
}

// serverName is the label that an exchange has where the inspector looks.
func serverName(x exchange, told labels) labels {
	name := unknown
	switch {
	case isInbound(told) && told["connection_security_policy"] == "mutual_tls":
		name = "outbound_.9000_._.server.shop.svc.cluster.local"
	case strings.HasPrefix(x.what, "TLS to a ServiceEntry"):
		name = "bank.example.org"
	case strings.HasPrefix(x.what, "TLS to an unknown host on a ServiceEntry's port"):
		name = "www.example.com"
	case strings.HasPrefix(x.what, "TLS to an unknown host and port"):
		name = "other.example.com"
	}
	return labels{"server_name": name}
}

// established is how many connections a proxy reports as such: those that got an
// upstream.
func established(traffic []exchange) (n int) {
	for _, x := range traffic {
		for _, w := range x.wants {
			if flags := w.truth["response_flags"]; isTCP(w.truth) && (flags == "-" || flags == "UR") {
				n += x.n
			}
		}
	}
	return n
}

// TestPeriodicText shows why tcp-periodic.yaml says that it needs
// %ACCESS_LOG_TYPE%: in Istio's text nothing tells a report from an end, so a
// connection that was reported twice before it ended counts as three, and its
// bytes as often as they were reported.
func TestPeriodicText(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	const reports = 3 // established, once while it lasted, ended
	traffic := slices.Clone(lastingTraffic)
	for i, x := range traffic {
		traffic[i].n = reports * x.n
		traffic[i].send = onceIn(reports, x.send)
	}
	run{
		config:     mesh.Config{MeshConfigs: byText.meshConfigs, Resources: []string{allFile, periodicFile}},
		way:        byText,
		traffic:    traffic,
		miscounted: true,
	}.start(t, world, nil)
}

// onceIn really sends the first time of n only, and gives the bytes for all but
// the report of its establishment, which has none.
func onceIn(n int, x send) send {
	var calls int
	var sent mesh.Bytes
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		t.Helper()
		calls++
		switch calls {
		case 1:
			sent = x(t, m)
			return sent
		case n:
			return mesh.Bytes{}
		default:
			return sent
		}
	}
}
