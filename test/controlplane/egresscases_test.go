// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const egressCases = "../../testdata/egress-cases/"

// egressProbe is what probes.yaml says of a probe.
type egressProbe struct {
	From    string  `json:"from"`
	To      string  `json:"to"`
	HTTP    *string `json:"http"`
	TLS     *string `json:"tls"`
	Start   string  `json:"start"`
	Service string  `json:"service"`
}

// egressResult is what became of a probe, in the words of a proxy's log.
type egressResult struct {
	Cluster string `json:"cluster,omitempty"`
	Route   string `json:"route,omitempty"`
	Flags   string `json:"flags,omitempty"`
	Up      string `json:"up,omitempty"`
	Dst     string `json:"dst"`
}

// TestEgressCases makes the proxy's configuration for each of the cases that were not
// measured, with Istio's own code, and lets Istio's simulation follow each probe. The
// result is what the other modules take for the truth. UPDATE_GOLDEN=1 writes it.
func TestEgressCases(t *testing.T) {
	var probes map[string]egressProbe
	readEgress(t, "probes.yaml", &probes)
	var world map[string][]string
	readEgress(t, "world.yaml", &world)
	files, err := filepath.Glob(egressCases + "sim-*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)

	results := map[string]map[string]egressResult{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".yaml")
		t.Run(name, func(t *testing.T) {
			results[name] = simulate(t, f, probes, world)
		})
	}
	got := formatResults(t, results)
	golden := egressCases + "results-simulated.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(golden, got, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func readEgress(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(egressCases + name)
	require.NoError(t, err)
	require.NoError(t, unmarshalStrict(data, into))
}

// formatResults writes one line for each probe.
func formatResults(t *testing.T, results map[string]map[string]egressResult) []byte {
	t.Helper()
	var b strings.Builder
	sep := "{\n"
	for _, name := range slices.Sorted(maps.Keys(results)) {
		b.WriteString(sep + ` "` + name + "\": {\n")
		inner := ""
		for _, probe := range slices.Sorted(maps.Keys(results[name])) {
			key, err := json.Marshal(probe)
			require.NoError(t, err)
			value, err := json.Marshal(results[name][probe])
			require.NoError(t, err)
			b.WriteString(inner + "  " + string(key) + ": " + string(value))
			inner = ",\n"
		}
		b.WriteString("\n }")
		sep = ",\n"
	}
	b.WriteString("\n}\n")
	return []byte(b.String())
}

// addressesOf are those of a name in the world of the cases, or the address itself.
func addressesOf(name string, world map[string][]string) []string {
	if _, err := netip.ParseAddr(name); err == nil {
		return []string{name}
	}
	var addresses []string
	for _, address := range slices.Sorted(maps.Keys(world)) {
		if slices.ContainsFunc(world[address], func(n string) bool { return strings.EqualFold(n, strings.TrimSuffix(name, ".")) }) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}
