// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	suggestionsFolder = "testdata/suggestions/"
	visibilityFile    = suggestionsFolder + "visibility.yaml"
	// evil is a server that nobody wants to reach.
	evil = mesh.Partner
)

// wantedProbes is what the workloads of namespace closed need, and where it must arrive.
var wantedProbes = map[mesh.Probe]string{
	{From: "batch", Address: mesh.OutsideA, Port: mesh.WhoHTTP, Name: "www.example.com"}:      mesh.OutsideA,
	{From: "batch", Address: mesh.OutsideA, Port: mesh.WhoTLS, Name: "www.example.com"}:       mesh.OutsideA,
	{From: "batch", Address: mesh.OutsideB, Port: mesh.WhoTLS, Name: "reports.example.com"}:   mesh.OutsideB,
	{From: "batch", Address: mesh.OutsideA, Port: mesh.WhoTCP}:                                mesh.OutsideA,
	{From: "batch", Address: mesh.OutsideB, Port: mesh.WhoGreets}:                             mesh.OutsideB,
	{From: "report", Address: mesh.OutsideB, Port: mesh.WhoHTTP, Name: "reports.example.com"}: mesh.OutsideB,
}

// everyProbe is each workload, server, port and name with each other.
func everyProbe() (probes []mesh.Probe) {
	for _, from := range []string{"batch", "report"} {
		for _, address := range []string{mesh.OutsideA, mesh.OutsideB, evil} {
			for _, name := range []string{"www.example.com", "reports.example.com", "evil.example.org"} {
				probes = append(probes, mesh.Probe{From: from, Address: address, Port: mesh.WhoHTTP, Name: name},
					mesh.Probe{From: from, Address: address, Port: mesh.WhoTLS, Name: name})
			}
			probes = append(probes, mesh.Probe{From: from, Address: address, Port: mesh.WhoHTTP, Name: address},
				mesh.Probe{From: from, Address: address, Port: mesh.WhoTLS},
				mesh.Probe{From: from, Address: address, Port: mesh.WhoTCP}, mesh.Probe{From: from, Address: address, Port: mesh.WhoGreets})
		}
	}
	return probes
}

// shouldReach is the server that a probe may reach with what is suggested. A wanted name
// leads to its own server, whatever address a client gives it. A workload that wants a
// name may use all ports of it that are wanted in its namespace: Istio has no narrower
// way, and the entry has a note that says so.
func shouldReach(p mesh.Probe) string {
	if p.Name == "" {
		return wantedProbes[p]
	}
	server, port := "", false
	for wanted, to := range wantedProbes {
		if p.Name == wanted.Name && p.From == wanted.From {
			server = to
		}
		port = port || p.Name == wanted.Name && p.Port == wanted.Port
	}
	if !port {
		return ""
	}
	return server
}

// sendProbes sends probes together, and says who answered each.
func sendProbes(t *testing.T, m *mesh.Mesh, probes []mesh.Probe) map[mesh.Probe]string {
	t.Helper()
	answers := map[mesh.Probe]string{}
	var mu sync.Mutex
	var sent sync.WaitGroup
	for _, p := range probes {
		sent.Go(func() {
			who := m.Who(t, p)
			mu.Lock()
			defer mu.Unlock()
			answers[p] = who
		})
	}
	sent.Wait()
	return answers
}

func askPage(t *testing.T, m *mesh.Mesh, path string) []byte {
	t.Helper()
	response, err := http.Get(m.Gateway.Page + path)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", body)
	return body
}

// sendWanted sends the wanted traffic twice, and waits until the gateway has it.
func sendWanted(t *testing.T, m *mesh.Mesh) map[mesh.Probe]string {
	t.Helper()
	var wanted []mesh.Probe
	for p := range wantedProbes {
		wanted = append(wanted, p)
	}
	sendProbes(t, m, wanted)
	answers := sendProbes(t, m, wanted)
	require.Eventually(t, func() bool {
		var a struct {
			Rows []struct{ Requests, Connections int }
		}
		require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/egress?namespace=closed"), &a))
		sum := 0
		for _, r := range a.Rows {
			sum += r.Requests + r.Connections
		}
		return sum >= 2*len(wantedProbes)
	}, settleTimeout, pollInterval)
	return answers
}

// TestSuggestions is the proof of the suggestions: what they let through, on a real mesh,
// is what was wanted, at the server that was meant, and nothing else.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), "testdata/mesh/gateway.yaml", suggestionsFolder+"cluster.yaml")
	world.ServeIdentities(t)
	config := mesh.Config{
		MeshConfigs: byLabels.meshConfigs, Resources: []string{allFile, visibilityFile},
		GatewayConfigs: []string{gatewayFile, recordsFile, suggestionsFolder + "gateway.yaml"}, GatewayEnv: []string{"DESTINATION_HOST=true"},
	}
	var suggested []byte
	t.Run("traffic that REGISTRY_ONLY blocks", func(t *testing.T) {
		m := world.Start(t, config)
		for p, who := range sendWanted(t, m) {
			assert.Empty(t, who, "%+v", p)
		}
		suggested = askPage(t, m, "/api/v1/suggestions?format=yaml&namespace=closed")
	})
	file := filepath.Join(t.TempDir(), "suggested.yaml")
	require.NoError(t, os.WriteFile(file, suggested, 0o600))
	t.Run("with what is suggested", func(t *testing.T) {
		config.Resources = append(config.Resources, file)
		m := world.Start(t, config)
		sendWanted(t, m)
		var after struct {
			Documents []struct{ YAML string }
		}
		require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/suggestions?namespace=closed"), &after))
		assert.Empty(t, after.Documents, "all of the traffic is allowed")

		for p, who := range sendProbes(t, m, everyProbe()) {
			assert.Equal(t, shouldReach(p), who, "%+v", p)
		}
		predicts(t, m, visibilityFile, file)
	})
	if t.Failed() {
		t.Logf("%s", suggested)
	}
}

// predicts holds what Istio did with each row of the ledger against what what-if says
// that it would do.
func predicts(t *testing.T, m *mesh.Mesh, files ...string) {
	t.Helper()
	var all bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.WriteString("---\n")
		all.Write(text)
	}
	response, err := http.Post(m.Gateway.Page+"/api/v1/whatif?namespace=closed", "application/yaml", &all)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	var a struct {
		Rows []struct {
			Row struct {
				Source                                struct{ Workload string }
				Destination, Traffic, Decision, Entry string
				Port                                  int
				Addresses                             []string
			}
			Verdict struct{ Outcome, Text string }
		}
		Pages    int
		Problems []any
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&a))
	require.Empty(t, a.Problems)
	require.Equal(t, 1, a.Pages)
	require.NotEmpty(t, a.Rows)
	for _, r := range a.Rows {
		want := []string{"passes", "elsewhere"}
		if r.Row.Decision == "blocked" {
			want = []string{"blocked"}
			if r.Row.NameSource != "host" && r.Row.NameSource != "server_name" {
				want = append(want, "unknown") // what the client called it is not in the log
			}
		}
		assert.Contains(t, want, r.Verdict.Outcome, "%+v", r)
	}
}
