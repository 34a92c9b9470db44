// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

const casesDir = "../../testdata/egress-cases"

// probe is what was sent, as probes.yaml has it.
type probe struct {
	From, To string
	HTTP     *string
	TLS      *string
	Start    string
	Service  string
}

// result is what a real mesh did with a probe, as results.json has it.
type result struct {
	Client, Cluster, Route string
	// Up is the address that the proxy sent it to, Dst the one that the client connected
	// to.
	Up, Dst string
}

// TestCases asks what-if about each probe of each case, and compares with what a real
// mesh did.
func TestCases(t *testing.T) {
	var probes map[string]probe
	readYAML(t, "probes.yaml", &probes)
	names := readProvenNames(t)
	cases := readResults(t)
	require.NotEmpty(t, cases)
	for name, results := range cases {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(casesDir, name+".yaml"))
			require.NoError(t, err)
			set := resources.Read(name, data, "closed")
			require.Empty(t, set.Problems)
			judge := judgeOf(t, Question{Resources: set, Mode: resources.RegistryOnly, ProvenNames: names})
			for what, r := range results {
				p, ok := probes[what]
				require.True(t, ok, "no such probe: %s", what)
				v := judge.Traffic(p.workload(), p.traffic(t))
				outcome, where := r.want(t)
				assert.Equal(t, outcome, v.Outcome, "%s: %+v", what, v)
				if outcome == Elsewhere {
					there := []string{where}
					for _, p := range names[netip.MustParseAddr(where)] {
						there = append(there, p.Name)
					}
					assert.Contains(t, there, hostOf(t, v.Where), "%s: %+v", what, v)
				}
				assert.NotEmpty(t, v.Text)
			}
		})
	}
}

// want is what the mesh did, in words of what-if.
func (r result) want(t *testing.T) (outcome Outcome, where string) {
	t.Helper()
	switch {
	case r.Up == "": // to BlackHoleCluster, or to a cluster without endpoints, or not at all
		return Blocked, ""
	case strings.HasSuffix(r.Cluster, ".svc.cluster.local"), r.Up == r.Dst:
		return Passes, ""
	default:
		return Elsewhere, hostOf(t, r.Up)
	}
}

func hostOf(t *testing.T, hostPort string) string {
	t.Helper()
	h, _, err := net.SplitHostPort(hostPort)
	require.NoError(t, err)
	return h
}

func (p probe) workload() Workload {
	if p.From == "" {
		p.From = "batch"
	}
	return Workload{Namespace: "closed", App: p.From}
}

func (p probe) traffic(t *testing.T) Traffic {
	t.Helper()
	to := netip.MustParseAddrPort(p.To)
	traffic := Traffic{Address: to.Addr(), Port: to.Port(), Name: p.Service}
	switch {
	case p.HTTP != nil:
		traffic.Kind, traffic.Name = HTTP, *p.HTTP
		if h, _, err := net.SplitHostPort(*p.HTTP); err == nil {
			traffic.Name = h
		}
	case p.TLS != nil:
		traffic.Kind, traffic.Name = TLS, *p.TLS
	case p.Start == "short":
		traffic.Start = ClientShort
	case p.Start == "server":
		traffic.Start = ServerFirst
	}
	return traffic
}

func readResults(t *testing.T) map[string]map[string]result {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(casesDir, "results*.json"))
	require.NoError(t, err)
	all := map[string]map[string]result{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &all))
	}
	return all
}

func readProvenNames(t *testing.T) ProvenNames {
	t.Helper()
	var world map[string][]string
	readYAML(t, "world.yaml", &world)
	names := ProvenNames{}
	for text, all := range world {
		a := netip.MustParseAddr(text)
		for _, name := range all {
			names[a] = append(names[a], egress.Proof{Name: name})
		}
	}
	return names
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(casesDir, name))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, into))
}
