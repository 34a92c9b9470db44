// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// takesMore are entries through which a client that names another host passes.
var takesMore = []struct {
	name, entries string
	// unseen is true if the proxy reads no name there.
	unseen bool
}{
	// A TCP port without addresses opens the port that other entries name hosts for.
	{name: "TCP beside TLS", entries: entryFor("entry.example.org", "resolution: NONE", mesh.WhoTLS, "TCP") + besideTLS},
	// Or it takes over the port, and sends everything to its own host.
	{
		name:    "TCP beside TLS, to the host of the entry",
		entries: entryFor("entry.example.org", "resolution: STATIC, endpoints: [{address: "+mesh.OutsideA+"}]", mesh.WhoTLS, "TCP") + besideTLS,
	},
	// The proxy tells the traffic of an address by that alone.
	{
		name:    "TLS with an address",
		entries: entryFor("entry.example.org", "resolution: NONE, addresses: ["+mesh.OutsideA+"]", mesh.WhoTLS, "TLS"), unseen: true,
	},
}

// besideTLS has the proxy read server names on the port.
var besideTLS = entryFor("www.example.com", "resolution: STATIC, endpoints: [{address: "+mesh.OutsideB+"}]", mesh.WhoTLS, "TLS")

func entryFor(host, how, port, protocol string) string {
	return "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: " + host + ", namespace: closed}\n" +
		"spec: {hosts: [" + host + "], exportTo: ['.'], " + how + ", ports: [{number: " + port + ", name: p, protocol: " + protocol + "}]}\n"
}

// holeUser is a workload that used a hole, as the page tells it.
type holeUser struct {
	Source       struct{ Namespace, Workload string }
	Beyond       bool
	Destinations []string
	Total        int
}

// TestHolesShow has a client name another host than that of the entry that lets it through.
// With the settings as shipped the page names the hole, the workload and the host.
func TestHolesShow(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), "testdata/mesh/gateway.yaml", suggestionsFolder+"cluster.yaml")
	world.ServeIdentities(t)
	for _, tc := range takesMore {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "entries.yaml")
			require.NoError(t, os.WriteFile(file, []byte(tc.entries), 0o600))
			m := world.Start(t, mesh.Config{
				MeshConfigs: byLabels.meshConfigs, Resources: []string{outsideFile, file}, GatewayConfigs: []string{gatewayFile, recordsFile},
			})
			for _, host := range []string{"entry.example.org", "evil.example.org", "evil.example.org", "worse.example.org"} {
				assert.Equal(t, mesh.OutsideA, m.Who(t, mesh.Probe{From: "batch", Address: mesh.OutsideA, Port: mesh.WhoTLS, Name: host}), host)
			}
			connections := func(source string) int {
				v := m.Gateway.Query(t, `sum(istio_egress_connections_total{decision="allowed",destination_host="entry.example.org",name_source="`+source+`"})`)
				if len(v) == 0 {
					return 0
				}
				return int(v[0].Value)
			}
			if tc.unseen {
				require.Eventually(t, func() bool { return connections("entry") == 4 }, settleTimeout, pollInterval)
				m.Stop(t)
				return
			}
			require.Eventually(t, func() bool { return connections("entry") == 1 && connections("entry_mismatch") == 3 }, settleTimeout, pollInterval)

			var a struct {
				Holes []struct {
					Kind, Host string
					Used       bool
					Users      []holeUser
				}
			}
			require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/holes"), &a))
			require.Len(t, a.Holes, 1)
			assert.Equal(t, "other_name", a.Holes[0].Kind)
			assert.Equal(t, "entry.example.org", a.Holes[0].Host)
			assert.True(t, a.Holes[0].Used)
			require.Len(t, a.Holes[0].Users, 1)
			user := a.Holes[0].Users[0]
			assert.Equal(t, "closed/batch-v2", user.Source.Namespace+"/"+user.Source.Workload)
			assert.Equal(t, []string{"evil.example.org", "worse.example.org"}, user.Destinations)
			assert.Equal(t, 3, user.Total)
			m.Stop(t)
		})
	}
}

// TestForgedHostProvesNothing has a client reach an address of its choice by the host of an
// entry with `resolution: NONE`. The row has the address, since the entry's host is listed,
// but not as one that the proxy chose.
func TestForgedHostProvesNothing(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), "testdata/mesh/gateway.yaml", suggestionsFolder+"cluster.yaml")
	world.ServeIdentities(t)
	file := filepath.Join(t.TempDir(), "entries.yaml")
	require.NoError(t, os.WriteFile(file, []byte(
		entryFor("chosen.example.org", "resolution: NONE", mesh.WhoHTTP, "HTTP")+
			entryFor("resolved.example.org", "resolution: STATIC, endpoints: [{address: "+mesh.OutsideB+"}]", mesh.WhoHTTP, "HTTP"),
	), 0o600))
	m := world.Start(t, mesh.Config{
		MeshConfigs: byLabels.meshConfigs, Resources: []string{outsideFile, file},
		GatewayConfigs: []string{gatewayFile, recordsFile, "yaml:processors::istio_labels::destination_ip::destinations: [chosen.example.org, resolved.example.org]"},
		GatewayEnv:     []string{"DESTINATION_IP=true"},
	})
	assert.Equal(t, evil, m.Who(t, mesh.Probe{From: "batch", Address: evil, Port: mesh.WhoHTTP, Name: "chosen.example.org"}))
	assert.Equal(t, mesh.OutsideB, m.Who(t, mesh.Probe{From: "batch", Address: evil, Port: mesh.WhoHTTP, Name: "resolved.example.org"}))

	type seen struct {
		Destination string
		Addresses   []string
		Proven      int `json:"proven_addresses"`
	}
	want := []seen{{"chosen.example.org", []string{evil}, 0}, {"resolved.example.org", []string{mesh.OutsideB}, 1}}
	require.Eventually(t, func() bool {
		var a struct{ Rows []seen }
		require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/egress?namespace=closed"), &a))
		return assert.ObjectsAreEqual(want, a.Rows)
	}, settleTimeout, pollInterval)
	m.Stop(t)
}
