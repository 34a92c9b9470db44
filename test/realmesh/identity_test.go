// SPDX-License-Identifier: Apache-2.0

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

	// The gateway's pod, and one more.
	sidecarFile   = "testdata/mutual-tls/sidecar.yaml"
	excludedFile  = "testdata/mutual-tls/excluded-ports.yaml"
	noSidecarFile = "testdata/mutual-tls/no-sidecar.yaml"
	forgerFile    = "testdata/mutual-tls/forger.yaml"

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

// refused is traffic whose records the gateway does not count.
func refused(traffic []exchange) []exchange {
	all := slices.Clone(traffic)
	for i := range all {
		all[i].wants, all[i].forged = nil, true
	}
	return all
}

// TestSenderIdentity has proxies send by mutual TLS to a gateway that ends it
// itself. A proxy that calls itself one of another namespace is refused and
// counted, and what all others send is counted exactly.
func TestSenderIdentity(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		gateway   string
		resources []string
	}{
		"sidecar":    {gateway: sidecarFile},
		"no sidecar": {gateway: noSidecarFile, resources: []string{mutualTLSFile}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world := mesh.NewWorldWith(t, programs(t), tt.gateway, forgerFile)
			for _, w := range []way{byLabels, byALS} {
				t.Run(w.name, func(t *testing.T) {
					r := overMutualTLS(world, w, tt.resources)
					r.traffic, r.verified = slices.Concat(everyTraffic, refused(forgedTraffic)), true
					r.start(t, world, w.refusesForger)
				})
			}
		})
	}
}

// TestSenderIdentityOff shows what the option is for: without it the forger is
// believed. The gateway's sidecar takes all traffic but that to three ports.
func TestSenderIdentityOff(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), excludedFile, forgerFile)
	for _, w := range []way{byLabels, byALS} {
		t.Run(w.name, func(t *testing.T) {
			r := overMutualTLS(world, w, nil)
			r.config.GatewayConfigs = append(r.config.GatewayConfigs, believing)
			r.traffic = slices.Concat(tcpTraffic, forgedTraffic)
			r.start(t, world, nil)
		})
	}
}

// overMutualTLS is a run with a gateway of deploy/kubernetes/mutual-tls.
func overMutualTLS(world *mesh.World, w way, resources []string) run {
	return run{
		config: mesh.Config{
			MeshConfigs: w.meshConfigs, Resources: slices.Concat(w.telemetry, resources),
			GatewayConfigs: []string{verifyFile},
			GatewayEnv: []string{
				"TLS_CERT_FILE=" + filepath.Join(world.Certificates, certificateFile),
				"TLS_KEY_FILE=" + filepath.Join(world.Certificates, keyFile),
				"TLS_CLIENT_CA_FILE=" + filepath.Join(world.Certificates, rootsFile),
			},
			Forgers: map[string]string{"forger": "browse"},
		},
		way: w,
	}
}

// refusesForger waits until the forger's records are counted as refused, and
// nobody else's, and the log says whose they were. They are not in the totals, and so
// may come later.
func (w way) refusesForger(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	forged, accepted := recordsOf(refused(forgedTraffic)), recordsOf(everyTraffic)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		metric := func(name, label string) int {
			sum, err := m.Gateway.Metric(t.Context(), "otelcol_receiver_envoy_access_log_"+name, label)
			assert.NoError(c, err)
			return int(sum)
		}
		if w.entries > 0 {
			assert.Equal(c, forged, metric("entries", `outcome="sender_mismatch"`))
			assert.Equal(c, accepted, metric("entries", `outcome="accepted"`))
			assert.Equal(c, forged+accepted, metric("entries", ""))
		} else {
			assert.Equal(c, forged, metric("removed_records", `reason="sender_mismatch"`))
			assert.Equal(c, forged, metric("removed_records", ""))
		}
		said := m.Gateway.Process.Log()
		assert.Contains(c, said, "spiffe://cluster.local/ns/closed/sa/forger", "its certificate")
		assert.Contains(c, said, m.Address("forger"))
		assert.Contains(c, said, m.Proxies["browse"].Name+"."+m.Proxies["browse"].Namespace, "whom it calls itself")
	}, settleTimeout, pollInterval)
}
