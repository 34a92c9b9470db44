// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/holes"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// judgeOf knows what a proxy would do with the suggestions under REGISTRY_ONLY.
func judgeOf(t *testing.T, result *Result, rows []egress.Row) *whatif.Judge {
	t.Helper()
	set := resources.Read("f", result.YAML(""), "")
	require.Empty(t, set.Problems)
	judge, err := whatif.NewJudge(whatif.Question{Resources: set, Mode: resources.RegistryOnly, ProvenNames: whatif.ProvenNamesOf(rows)})
	require.NoError(t, err)
	return judge
}

// randomTraffic is that of a small mesh: each workload uses some of the destinations.
func randomTraffic(r *rand.Rand) (rows []egress.Row) {
	for i := range 60 {
		ns, w := "ns-"+strconv.Itoa(r.IntN(4)), "w"+strconv.Itoa(r.IntN(4))
		source, n := from(ns, w, w), strconv.Itoa(r.IntN(7))
		if i%11 == 0 {
			source = from(ns, "legacy", "")
		}
		decided := func(r *egress.Row) { r.Decision = []egress.Decision{egress.Passed, egress.Blocked}[i%2] }
		name := []string{"h" + n + ".example.com", "h" + n + ".many.example.org", "x.h" + n + ".example.net"}[r.IntN(3)]
		named := []func(*egress.Row){source, decided, to(name), at("203.0.113." + n)}
		switch r.IntN(6) {
		case 0:
			rows = append(rows, row(append(named, port(uint16(8440+r.IntN(4))))...))
		case 1:
			rows = append(rows, row(append(named, http, port(uint16(8080+r.IntN(3))))...))
		case 2:
			rows = append(rows, row(append(named, http, kind(egress.GRPC), port(9090))...))
		case 3:
			rows = append(rows, row(source, decided, address("198.51.100."+n), port(uint16(9000+r.IntN(3)))))
		case 4:
			rows = append(rows, row(source, decided, address("198.51.100.1"+n), port(80), kind(egress.HTTP)))
		case 5:
			rows = append(rows, row(source, decided, address("10.9."+n+".1"), port(5432)))
		}
	}
	return rows
}

// Under REGISTRY_ONLY with what is suggested, all traffic passes for which something is
// suggested, and none that is not: neither that of other workloads, nor to other hosts,
// ports and addresses, nor with a forged name.
func TestSuggestionsOpenWhatIsWantedAndNoMore(t *testing.T) {
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 7))
		rows := randomTraffic(r)
		s := settings(networks, func(s *Settings) {
			s.Sidecars, s.Wildcards = SidecarsAlways, seed%3 == 0
			if seed%5 == 0 {
				s.SharedNamespace = ""
			}
		})
		result := Suggest(rows, s)
		require.NotEmpty(t, result.Documents)
		oneEntryPerHost(t, &result)
		judge := judgeOf(t, &result, rows)
		set := resources.Read("f", result.YAML(""), "")
		assert.Empty(t, holes.Find(&set, rows, whatif.ProvenNamesOf(rows)), "seed %d", seed)
		for _, d := range result.Documents {
			for i := range d.Rows {
				v := judge.Row(&d.Rows[i])
				if d.Rows[i].Source.App == "" && v.Reason == whatif.ReasonLabels {
					continue // a Sidecar may select the workload by a label that no log says
				}
				require.Equal(t, whatif.Passes, v.Outcome, "seed %d: %+v: %s", seed, d.Rows[i].Key, v.Text)
			}
		}
		for i := range result.NotSuggested {
			if result.NotSuggested[i].Reason != NamedSince {
				v := judge.Row(&result.NotSuggested[i].Row)
				assert.NotEqual(t, whatif.Passes, v.Outcome, "seed %d: %+v", seed, result.NotSuggested[i])
			}
		}
		for _, d := range result.Documents {
			if d.Entry != nil && !s.Wildcards {
				probe(t, judge, d)
			}
		}
	}
}

// probe sends what an entry must not let through.
func probe(t *testing.T, judge *whatif.Judge, d Document) {
	t.Helper()
	elsewhere := netip.MustParseAddr("192.0.2.99")
	for i := range d.Rows {
		w, ok := whatif.WorkloadOf(d.Rows[i].Source)
		require.True(t, ok)
		stranger := whatif.Workload{Namespace: w.Namespace, App: "stranger"}
		address, err := netip.ParseAddr(d.Rows[i].Addresses[0])
		require.NoError(t, err)
		kind := map[egress.Traffic]whatif.Kind{egress.HTTP: whatif.HTTP, egress.GRPC: whatif.HTTP, egress.TLS: whatif.TLS, egress.TCP: whatif.TCP}[d.Rows[i].Traffic]
		blocked := func(what string, w whatif.Workload, traffic whatif.Traffic) {
			v := judge.Traffic(w, traffic)
			assert.Equal(t, whatif.Blocked, v.Outcome, "%s of %s: %+v %s", what, d.ID, traffic, v.Text)
		}
		traffic := whatif.Traffic{Address: address, Port: d.Rows[i].Port, Kind: kind, Name: d.Rows[i].Destination}
		if d.Rows[i].Traffic == egress.TCP {
			traffic.Name = ""
		}
		if !forAll(d) {
			blocked("another workload", stranger, traffic)
		}
		other := traffic
		other.Port = 4711
		blocked("another port", w, other)
		if len(d.Entry.Spec.Addresses) > 0 {
			other = traffic
			other.Address = elsewhere
			if kind == whatif.HTTP {
				other.Name = elsewhere.String()
			}
			blocked("another address", w, other)
			if d.Entry.Spec.Resolution == resources.Static {
				other.Name = address.String()
				v := judge.Traffic(w, other)
				assert.Equal(t, whatif.Elsewhere, v.Outcome, "a forged Host of %s: %s", d.ID, v.Text)
			}
			continue
		}
		other = traffic
		other.Name = "evil.example.test"
		blocked("another name", w, other)
	}
}

// forAll tells whether a workload without an app uses an entry: all others may, too.
func forAll(d Document) bool {
	return slices.ContainsFunc(d.Rows, func(r egress.Row) bool { return r.Source.App == "" })
}
