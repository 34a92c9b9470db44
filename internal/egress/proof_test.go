// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func of(namespace, workload string, r Row) Row {
	r.Source = Source{Namespace: namespace, Workload: workload, App: workload}
	return r
}

// proven is a row all of whose addresses were chosen by the proxy.
func proven(r Row) Row {
	r.ProvenAddresses = 1<<len(r.Addresses) - 1
	return r
}

func TestWitnesses(t *testing.T) {
	for _, tc := range []struct {
		name string
		by   []Source
		want bool
	}{
		{"nobody", nil, false},
		{"a stranger", []Source{{Namespace: "evil", Workload: "a"}}, false},
		{"a stranger with two workloads", []Source{{Namespace: "evil", Workload: "a"}, {Namespace: "evil", Workload: "b"}}, false},
		{"a neighbour", []Source{{Namespace: "shop", Workload: "cart"}}, false},
		{"a neighbour with two apps", []Source{{Namespace: "shop", Workload: "cart", App: "a"}, {Namespace: "shop", Workload: "cart", App: "b"}}, false},
		{"itself", []Source{{Namespace: "shop", Workload: "web", App: "other"}}, true},
		{"two neighbours", []Source{{Namespace: "shop", Workload: "cart"}, {Namespace: "shop", Workload: "batch"}}, false},
		{"a stranger who names nobody, too", []Source{{Namespace: "evil", Workload: "a"}, {Namespace: "unknown", Workload: "unknown"}, {Namespace: "shop", Workload: "unknown"}}, false},
		{"a neighbour and a stranger", []Source{{Namespace: "shop", Workload: "cart"}, {Namespace: "evil", Workload: "a"}}, true},
		{"two strangers", []Source{{Namespace: "evil", Workload: "web"}, {Namespace: "bank", Workload: "web"}}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := Witnesses{}
			for _, s := range tc.by {
				w.Add(s)
			}
			assert.Equal(t, tc.want, w.Convince(Source{Namespace: "shop", Workload: "web"}))
		})
	}
}

// With `resolution: NONE` a client reaches any address by the host of the entry. So what it
// names proves nothing, and ends no contradiction.
func TestAddressesThatTheClientChose(t *testing.T) {
	entry := proven(to("api.example.com", NameOfEntry, "203.0.113.1"))
	forged := to("evil.example.org", NameOfEntry, "203.0.113.1")
	claim := to("evil.example.org", NameOfServer, "203.0.113.1")
	honest := to("api.example.com", NameOfServer, "203.0.113.1")
	x := NewIndex([]Row{entry, forged, claim, honest})
	assert.Equal(t, Contradicted, x.Grade(&claim), "the forged Host does not make the name one of the address")
	assert.Equal(t, Claimed, x.Grade(&honest))

	x = NewIndex([]Row{forged, honest})
	assert.Equal(t, Claimed, x.Grade(&honest), "nor does it contradict the name of another")

	half := to("evil.example.org", NameOfEntry, "198.51.100.1", "203.0.113.1")
	half.ProvenAddresses = 1
	x = NewIndex([]Row{half, honest})
	assert.Equal(t, Claimed, x.Grade(&honest), "another address of the row is proven")

	witness := to("evil.example.org", NameProven, "203.0.113.1")
	witness.Decision, witness.Entry = Allowed, "evil.example.org"
	x = NewIndex([]Row{witness, of("bank", "web", proven(witness)), honest})
	assert.Equal(t, Claimed, x.Grade(&honest), "who chose the address is no witness")
	x = NewIndex([]Row{proven(witness), honest})
	assert.Equal(t, Contradicted, x.Grade(&honest))
}

// A name of somebody else for the address of an honest name contradicts it only if more
// speaks for it than its owner.
func TestContradictionsOfStrangers(t *testing.T) {
	honest := to("api.example.com", NameOfServer, "203.0.113.1")
	evil := proven(to("evil.example.org", NameProven, "203.0.113.1"))
	evil.Decision, evil.Entry = Allowed, "evil.example.org"
	learned := evil // the honest workload's traffic without a name, once the name was learned
	learned.Decision, learned.Entry, learned.ProvenAddresses = Passed, "", 0
	hole := to("evil.example.org", NameProven, "203.0.113.1") // through an entry for another host
	hole.Decision, hole.Entry = Allowed, "other.example.org"
	visible := proven(to("evil.example.org", NameOfServer, "203.0.113.1"))
	visible.Decision, visible.Entry = Allowed, "Evil.example.org"
	for name, tc := range map[string]struct {
		rows []Row
		want Grade
	}{
		"a stranger": {[]Row{of("evil", "a", evil), of("evil", "b", evil)}, Claimed},
		"a stranger, and what was learned from it":    {[]Row{of("evil", "a", evil), learned}, Claimed},
		"a stranger, and what others learned from it": {[]Row{of("evil", "a", evil), of("bank", "web", learned), of("shop", "cart", learned)}, Claimed},
		"a neighbour":                              {[]Row{of("shop", "cart", evil)}, Claimed},
		"through the entry of another host":        {[]Row{hole}, Claimed},
		"a claim for an entry, and nothing proven": {[]Row{visible}, Claimed},
		"the workload itself":                      {[]Row{evil}, Contradicted},
		"the workload itself, by a server name":    {[]Row{visible, of("evil", "a", evil)}, Contradicted},
		"two namespaces":                           {[]Row{of("evil", "a", evil), of("bank", "web", evil)}, Contradicted},
		"two namespaces that know the honest name, too": {[]Row{
			of("evil", "a", evil), of("bank", "web", evil), of("bank", "web", proven(to("api.example.com", NameOfEntry, "203.0.113.1"))),
		}, Claimed},
	} {
		t.Run(name, func(t *testing.T) {
			x := NewIndex(append(tc.rows, honest))
			assert.Equal(t, tc.want, x.Grade(&honest))
			related := x.Relate(&honest)
			assert.Equal(t, tc.want, related.Grade)
			if tc.want == Contradicted {
				assert.Equal(t, []string{"evil.example.org"}, related.Contradictions)
			} else {
				assert.Empty(t, related.Contradictions)
			}
		})
	}
}
