//go:build linux

package realmesh

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	// verifyFile is merged over gatewayFile.
	verifyFile    = "../../config/mtls.yaml"
	mutualTLSFile = deploy + "mutual-tls.yaml"

	forgerFile = "testdata/mutual-tls/forger.yaml"
	// believing has the gateway ask for certificates, and not compare them.
	believing = "yaml:receivers::envoy_access_log::sender_identity: off"
)

// forgedTraffic comes from a pod of the namespace closed. Its proxy calls itself
// that of browse, in the namespace open, with all that a proxy says of itself.
var forgedTraffic = []exchange{
	{
		what: "HTTP to an unknown host, by a forger", n: 5, send: httpTo("forger", mesh.OutsideA+":80", "www.example.com", "/", 200),
		wants: outbound(browse, mesh.OutsideA, httpOutcome("200", "-"), passthrough("www.example.com")),
	},
	{
		what: "TCP to the outside, by a forger", n: 4, send: tcpTo("forger", mesh.OutsideA+":9000", 111),
		wants: outbound(browse, mesh.OutsideA, tcpOutcome("-"), passthrough(unknown)),
	},
}

// refuted is traffic whose records are refused.
func refuted(traffic []exchange) []exchange {
	all := slices.Clone(traffic)
	for i := range all {
		all[i].wants, all[i].forged = nil, true
	}
	return all
}

// TestSenderIdentity has proxies send by mutual TLS to the gateway itself, with
// and without a sidecar beside it. A proxy that calls itself another, of another
// namespace, is refused and counted, and everybody else is counted exactly.
// Without sender_identity it would be believed.
func TestSenderIdentity(t *testing.T) {
	t.Parallel()
	for _, gateway := range []string{"sidecar", "no-sidecar"} {
		t.Run(gateway, func(t *testing.T) {
			t.Parallel()
			world := mesh.NewWorldWith(t, programs(t), "testdata/mutual-tls/"+gateway+".yaml", forgerFile)
			for _, w := range []way{byLabels, byALS} {
				t.Run(w.name, func(t *testing.T) {
					overMutualTLS(world, w, slices.Concat(everyTraffic, refuted(forgedTraffic)), true).start(t, world, w.refutes)
				})
			}
		})
	}
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		world := mesh.NewWorldWith(t, programs(t), "testdata/mutual-tls/sidecar.yaml", forgerFile)
		for _, w := range []way{byLabels, byALS} {
			t.Run(w.name, func(t *testing.T) {
				overMutualTLS(world, w, slices.Concat(tcpTraffic, forgedTraffic), false).start(t, world, nil)
			})
		}
	})
}

// overMutualTLS is a run of a gateway that ends the proxies' mutual TLS itself.
func overMutualTLS(world *mesh.World, w way, traffic []exchange, verified bool) run {
	configs := []string{verifyFile}
	if !verified {
		configs = append(configs, believing)
	}
	file := func(name string) string { return filepath.Join(world.Certificates, name) }
	return run{
		config: mesh.Config{
			MeshConfigs: w.meshConfigs, Resources: append([]string{mutualTLSFile}, w.telemetry...),
			GatewayConfigs: configs,
			GatewayEnv: []string{
				"TLS_CERT_FILE=" + file("cert-chain.pem"), "TLS_KEY_FILE=" + file("key.pem"), "TLS_CLIENT_CA_FILE=" + file("root-cert.pem"),
			},
			Forgers: map[string]string{"forger": "browse"},
		},
		way: w, traffic: traffic, verified: verified,
	}
}

// refutes checks that what the forger sent is counted as refused, and nothing
// else, and that the log says who it was.
func (w way) refutes(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	metric := func(name, label string) int {
		sum, err := m.Gateway.Metric(t.Context(), "otelcol_receiver_envoy_access_log_"+name, label)
		require.NoError(t, err)
		return int(sum)
	}
	forged := recordsOf(refuted(forgedTraffic))
	removed, entries := forged, 0
	if w.entries > 0 {
		removed, entries = 0, forged
		assert.Equal(t, recordsOf(everyTraffic), metric("entries", `outcome="accepted"`))
	}
	assert.Equal(t, removed, metric("removed_records", `reason="sender_mismatch"`))
	assert.Equal(t, removed, metric("removed_records", ""))
	assert.Equal(t, entries, metric("entries", `outcome="sender_mismatch"`))
	assert.Zero(t, metric("entries", `outcome="sender_unverified"`))

	said := m.Gateway.Process.Log()
	assert.Contains(t, said, "spiffe://cluster.local/ns/closed/sa/forger")
	assert.Contains(t, said, m.Address("forger"))
	assert.Contains(t, said, "browse-v1-7656cf8794-cgsm5.open", "whom it calls itself")
}
