// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	suggestionsFolder = "testdata/suggestions/"
	// sealedFile has a namespace with REGISTRY_ONLY beside closed.
	sealedFile = suggestionsFolder + "sealed.yaml"
	// evil is a server that nobody wants to reach.
	evil = mesh.Partner
)

// senders are the workloads that may want something, and their namespaces.
var senders = map[string]string{"batch": "closed", "report": "closed", "audit": "sealed"}

// wanted is what the senders need, and where it must arrive.
type wanted map[mesh.Probe]string

// randomWanted is some of what each workload could want: names, and addresses as a Host,
// on the ports of HTTP and TLS; TLS without a server name; and addresses where the client
// or the server speaks first.
func randomWanted(r *rand.Rand) wanted {
	w := wanted{}
	for _, from := range slices.Sorted(maps.Keys(senders)) {
		var all []mesh.Probe
		for _, server := range []string{mesh.OutsideA, mesh.OutsideB} {
			name := map[string]string{mesh.OutsideA: "www.example.com", mesh.OutsideB: "reports.example.com"}[server]
			all = append(all,
				mesh.Probe{From: from, Address: server, Port: mesh.WhoHTTP, Name: name}, mesh.Probe{From: from, Address: server, Port: mesh.WhoTLS, Name: name},
				mesh.Probe{From: from, Address: server, Port: mesh.WhoHTTP, Name: server},
				mesh.Probe{From: from, Address: server, Port: mesh.WhoTCP}, mesh.Probe{From: from, Address: server, Port: mesh.WhoGreets})
		}
		// An address that gets names has no entry of its own for the same workload.
		all = append(all, mesh.Probe{From: from, Address: mesh.API, Port: mesh.WhoTLS})
		// Each workload wants something: it would have no Sidecar without.
		first := r.IntN(len(all))
		for i, p := range all {
			if i == first || r.IntN(2) == 0 {
				w[p] = p.Address
			}
		}
	}
	return w
}

// everyProbe is each workload, server, port and name with each other. One of the servers
// is a pod, and one name is that of the entry which makes names visible.
func everyProbe() (probes []mesh.Probe) {
	for from := range senders {
		for _, address := range []string{mesh.OutsideA, mesh.OutsideB, mesh.API, evil, mesh.Legacy} {
			for _, name := range []string{"www.example.com", "reports.example.com", "evil.example.org", invisible} {
				probes = append(probes, mesh.Probe{From: from, Address: address, Port: mesh.WhoHTTP, Name: name},
					mesh.Probe{From: from, Address: address, Port: mesh.WhoTLS, Name: name})
			}
			for _, literal := range []string{mesh.OutsideA, mesh.OutsideB, evil, mesh.Legacy} {
				probes = append(probes, mesh.Probe{From: from, Address: address, Port: mesh.WhoHTTP, Name: literal})
			}
			probes = append(probes, mesh.Probe{From: from, Address: address, Port: mesh.WhoTLS},
				mesh.Probe{From: from, Address: address, Port: mesh.WhoTCP}, mesh.Probe{From: from, Address: address, Port: mesh.WhoGreets})
		}
	}
	return probes
}

// reaches is the server that a probe may reach with what is suggested, empty if it may
// reach none. A name leads to its own server, whatever address a client gives it. An
// address that is open without a name takes all names.
func (w wanted) reaches(p mesh.Probe) string {
	isAddress := func(of mesh.Probe) bool { return of.Name == "" && of.Address == p.Address }
	if p.Port == mesh.WhoTLS && w.opens(p, isAddress) {
		return p.Address
	}
	switch {
	case p.Name == "" && w.opens(p, isAddress):
		return p.Address
	case p.Name == "":
		return ""
	}
	for of, server := range w {
		if of.Name == p.Name && w.opens(p, func(of mesh.Probe) bool { return of.Name == p.Name }) {
			return server
		}
	}
	return ""
}

// opens tells whether the workload of a probe may use its port of a host. A workload that
// wants a host may use all ports of it that are wanted in its namespace: Istio has no
// narrower way, and the entry has a note that says so.
func (w wanted) opens(p mesh.Probe, isHost func(mesh.Probe) bool) bool {
	host, port := false, false
	for of := range w {
		if isHost(of) && senders[of.From] == senders[p.From] {
			host, port = host || of.From == p.From, port || of.Port == p.Port
		}
	}
	return host && port
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

// send sends the wanted traffic twice, and waits until the gateway has it.
func (w wanted) send(t *testing.T, m *mesh.Mesh) map[mesh.Probe]string {
	t.Helper()
	probes := slices.Collect(maps.Keys(w))
	sendProbes(t, m, probes)
	answers := sendProbes(t, m, probes)
	require.Eventually(t, func() bool {
		rows, err := pageclient.Rows(t.Context(), m.Gateway.Page, nil)
		require.NoError(t, err)
		sum := 0
		for _, r := range rows {
			sum += r.Requests + r.Connections
		}
		return sum >= 2*len(w)
	}, settleTimeout, pollInterval)
	return answers
}

// TestSuggestions is the proof of the suggestions: what they let through, on a real mesh,
// is what was wanted, at the server that was meant, and nothing else.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorldWith(t, programs(t), "testdata/mesh/gateway.yaml", suggestionsFolder+"cluster.yaml")
	world.ServeIdentities(t)
	for _, seed := range []uint64{1, 2} {
		t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := randomWanted(rand.New(rand.NewPCG(seed, 0)))
			w.prove(t, world)
			if t.Failed() {
				t.Logf("wanted: %+v", w)
			}
		})
	}
}

func (w wanted) prove(t *testing.T, world *mesh.World) {
	t.Helper()
	visibility := visibleOn(t, mesh.WhoHTTP, mesh.WhoTLS)
	config := mesh.Config{
		MeshConfigs: byLabels.meshConfigs, Resources: []string{allFile, sealedFile, visibility},
		GatewayConfigs: []string{gatewayFile, recordsFile, suggestionsFolder + "gateway.yaml"}, GatewayEnv: []string{"DESTINATION_HOST=true"},
	}
	file := filepath.Join(t.TempDir(), "suggested.yaml")
	var suggested []byte
	t.Run("traffic that REGISTRY_ONLY blocks", func(t *testing.T) {
		m := world.Start(t, config)
		for p, who := range w.send(t, m) {
			assert.Empty(t, who, "%+v", p)
		}
		suggested = askPage(t, m, "/api/v1/suggestions?format=yaml")
		require.NoError(t, os.WriteFile(file, suggested, 0o600))
		for _, r := range whatIf(t, m, visibility, file) {
			want := []string{"passes"}
			if !r.saysName() {
				want = append(want, "unknown")
			}
			assert.Contains(t, want, r.Verdict.Outcome, "%+v", r)
		}
	})
	t.Run("what is suggested", func(t *testing.T) {
		config := config
		// The control plane takes no resource that Istio's validation refuses.
		config.Resources = append(slices.Clone(config.Resources), file)
		m := world.Start(t, config)
		w.send(t, m)
		var after struct {
			Documents []struct{ YAML string }
		}
		require.NoError(t, json.Unmarshal(askPage(t, m, "/api/v1/suggestions"), &after))
		assert.Empty(t, after.Documents, "all of the traffic is allowed")
		for p, who := range sendProbes(t, m, everyProbe()) {
			assert.Equal(t, w.reaches(p), who, "%+v", p)
		}
		predicts(t, m, visibility, file)
	})
	t.Run("the same under ALLOW_ANY", func(t *testing.T) {
		open := filepath.Join(t.TempDir(), "open.yaml")
		text := bytes.ReplaceAll(suggested, []byte("mode: REGISTRY_ONLY"), []byte("mode: ALLOW_ANY"))
		require.NoError(t, os.WriteFile(open, text, 0o600))
		config := config
		config.Resources = append(slices.Clone(config.Resources), open)
		m := world.Start(t, config)
		for p, who := range sendProbes(t, m, everyProbe()) {
			want := w.reaches(p)
			// Only the Sidecars that are suggested are changed. There are none for a
			// namespace of one workload.
			if want == "" && senders[p.From] == "closed" && p.Name != invisible {
				want = p.Address // as if there were no entries
			}
			assert.Equal(t, want, who, "%+v", p)
		}
	})
	if t.Failed() {
		t.Logf("%s", suggested)
	}
}

// judged is a row of the ledger with what what-if says of it.
type judged struct {
	Row struct {
		Source                                struct{ Workload string }
		Destination, Traffic, Decision, Entry string
		NameSource                            string `json:"name_source"`
		Port                                  int
		Addresses                             []string
	}
	Verdict struct{ Outcome, Text string }
}

// saysName tells whether the name in the traffic is in the log.
func (r *judged) saysName() bool {
	return r.Row.NameSource == "host" || r.Row.NameSource == "server_name"
}

// whatIf asks what would become of all rows with resources under REGISTRY_ONLY.
func whatIf(t *testing.T, m *mesh.Mesh, files ...string) []judged {
	t.Helper()
	var all bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.WriteString("---\n")
		all.Write(text)
	}
	response, err := http.Post(m.Gateway.Page+"/api/v1/whatif", "application/yaml", &all)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	var a struct {
		Rows     []judged
		Pages    int
		Problems []any
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&a))
	require.Empty(t, a.Problems)
	require.Equal(t, 1, a.Pages)
	require.NotEmpty(t, a.Rows)
	return a.Rows
}

// predicts holds what Istio did with each row of the ledger against what what-if says
// that it would do.
func predicts(t *testing.T, m *mesh.Mesh, files ...string) {
	t.Helper()
	for _, r := range whatIf(t, m, files...) {
		want := []string{"passes", "elsewhere"}
		if r.Row.Decision == "blocked" || r.Row.Entry == invisible {
			want = []string{"blocked"}
			if r.Row.Traffic == "http" && !r.saysName() {
				// The row is that of the address that the client connected to. What-if takes
				// that for the Host: a forged one is not in the log.
				want = append(want, "passes")
			}
		}
		if !r.saysName() || len(r.Row.Addresses) == 0 {
			want = append(want, "unknown") // what it depends on is not in the log
		}
		assert.Contains(t, want, r.Verdict.Outcome, "%+v", r)
	}
}
