// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

const day = 24 * time.Hour

// given reads resources that a ledger has watched for 60 days.
func given(t *testing.T, yaml string) *Given {
	t.Helper()
	set := resources.Read("given.yaml", []byte(yaml), "")
	require.Empty(t, set.Problems)
	return &Given{Set: set, Now: noon, WatchingSince: noon.Add(-60 * day), UnusedAfter: 30 * day}
}

// anEntry is a ServiceEntry whose spec has this at its start.
func anEntry(name, spec string) string {
	return "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: " + name + "}\nspec: {location: MESH_EXTERNAL, " + spec + "}\n"
}

// diff compares what rows need with what is given.
func diff(rows []egress.Row, s Settings, g *Given) Difference {
	s.Allowed = true
	result := Suggest(rows, s)
	return Diff(&result, rows, g)
}

func TestDiff(t *testing.T) {
	const tls = "ports: [{number: 443, name: tls, protocol: TLS}]"
	tcp := row(address("203.0.113.10"), port(9000))
	for _, tc := range []struct {
		name                      string
		rows                      []egress.Row
		given                     string
		added, changed, unchanged []string
	}{
		{name: "nothing is there", rows: []egress.Row{row()}, added: []string{"ServiceEntry shop/api.example.com"}},
		{
			name: "the same", rows: []egress.Row{row()}, given: anEntry("api.example.com, namespace: shop", "hosts: [api.example.com], exportTo: ['.'], resolution: DNS, "+tls),
			unchanged: []string{"ServiceEntry shop/api.example.com"},
		},
		{
			name: "the same, used", rows: []egress.Row{row(by("api.example.com"))}, given: anEntry("api.example.com, namespace: shop", "hosts: [api.example.com], exportTo: ['.'], resolution: DNS, "+tls),
			unchanged: []string{"ServiceEntry shop/api.example.com"},
		},
		{
			name: "by another name, protocol and namespace", rows: []egress.Row{row()},
			given:     anEntry("web, namespace: edge", "hosts: [www.example.com, API.example.com], resolution: DNS, ports: [{number: 443, name: x, protocol: HTTPS}]"),
			unchanged: []string{"ServiceEntry edge/web"},
		},
		{name: "a wildcard", rows: []egress.Row{row()}, given: anEntry("web, namespace: shop", "hosts: ['*.example.com'], resolution: NONE, "+tls), unchanged: []string{"ServiceEntry shop/web"}},
		{name: "not exported", rows: []egress.Row{row()}, given: anEntry("web, namespace: edge", "hosts: [api.example.com], exportTo: ['.'], resolution: DNS, "+tls), added: []string{"ServiceEntry shop/api.example.com"}},
		{name: "another port", rows: []egress.Row{row(), row(http)}, given: anEntry("api.example.com, namespace: shop", "hosts: [api.example.com], resolution: DNS, "+tls), changed: []string{"ServiceEntry shop/api.example.com"}},
		{
			name: "another protocol", rows: []egress.Row{row()}, given: anEntry("web, namespace: shop", "hosts: [api.example.com], resolution: DNS, ports: [{number: 443, name: x, protocol: HTTP}]"),
			added: []string{"ServiceEntry shop/api.example.com"},
		},
		{
			name: "two entries for two ports", rows: []egress.Row{row(), row(http)},
			given: anEntry("a, namespace: shop", "hosts: [api.example.com], resolution: DNS, "+tls) +
				anEntry("b, namespace: shop", "hosts: [api.example.com], resolution: DNS, ports: [{number: 80, name: x, protocol: HTTP2}]"),
			unchanged: []string{"ServiceEntry shop/b", "ServiceEntry shop/a"},
		},
		{
			name: "an address", rows: []egress.Row{tcp}, given: anEntry("db, namespace: shop", "hosts: [db.internal], addresses: [203.0.113.10], ports: [{number: 9000, name: x, protocol: TCP}]"),
			unchanged: []string{"ServiceEntry shop/db"},
		},
		{
			name: "an address in a network", rows: []egress.Row{tcp}, given: anEntry("db, namespace: shop", "hosts: [db.internal], addresses: [203.0.113.0/24], ports: [{number: 9000, name: x, protocol: TCP}]"),
			unchanged: []string{"ServiceEntry shop/db"},
		},
		{
			name: "another address", rows: []egress.Row{tcp}, given: anEntry("db, namespace: shop", "hosts: [db.internal], addresses: [203.0.113.11, 203.0.113.0/28, '2001:db8::/32'], ports: [{number: 9001, name: x, protocol: TCP}]"),
			added: []string{"ServiceEntry shop/tcp-203-0-113-10"},
		},
		{
			name: "a hole is not what is suggested", rows: []egress.Row{tcp}, given: anEntry("db, namespace: shop", "hosts: [db.internal], ports: [{number: 9000, name: x, protocol: TCP}]"),
			added: []string{"ServiceEntry shop/tcp-203-0-113-10"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := diff(tc.rows, settings(withoutSidecars), given(t, tc.given))
			var added, changed, unchanged []string
			for _, d := range d.Added {
				added = append(added, d.ID.String())
			}
			for _, m := range d.Changed {
				changed = append(changed, m.By[0].String())
			}
			for _, m := range d.Unchanged {
				for _, id := range m.By {
					unchanged = append(unchanged, id.String())
				}
			}
			assert.Equal(t, tc.added, added)
			assert.Equal(t, tc.changed, changed)
			assert.Equal(t, tc.unchanged, unchanged)
		})
	}
}

// What was suggested and applied is unchanged, entries and Sidecars.
func TestDiffOfSuggestions(t *testing.T) {
	rows := traffic()
	result := Suggest(rows, Defaults())
	d := diff(rows, Defaults(), given(t, string(result.YAML(""))))
	assert.Empty(t, d.Added)
	assert.Empty(t, d.Changed)
	assert.Len(t, d.Unchanged, len(result.Documents))

	t.Run("a Sidecar that somebody changed", func(t *testing.T) {
		g := given(t, string(result.YAML("")))
		g.Set.Sidecars[0].Spec.Egress[0].Hosts = []string{"*/*"}
		g.Set.Sidecars[1].Spec.OutboundTrafficPolicy = nil
		assert.Len(t, diff(rows, Defaults(), g).Changed, 2)
	})
}

func TestUnused(t *testing.T) {
	yaml := anEntry("api, namespace: shop", "hosts: [api.example.com, '*.example.org'], exportTo: ['.'], resolution: NONE, ports: [{number: 443, name: x, protocol: TLS}]") +
		anEntry("api, namespace: bank", "hosts: [api.example.com], exportTo: ['.'], resolution: DNS, ports: [{number: 443, name: x, protocol: TLS}]") +
		anEntry("names, namespace: shop", "hosts: [visibility.invalid], resolution: NONE, ports: [{number: 443, name: x, protocol: TLS}]")
	rows := []egress.Row{row(by("api.example.com")), row(by("API.example.com"), to("API.example.com"), from("shop", "cart", "cart"))}
	passed := row(to("a.example.org")) // that was before the entry
	states := func(g *Given, rows ...egress.Row) (got []UsageState) {
		for _, u := range diff(rows, Defaults(), g).Entries {
			got = append(got, u.State)
			for _, h := range u.Hosts {
				got = append(got, h.State)
			}
		}
		return got
	}
	g := given(t, yaml)
	assert.Equal(t, []UsageState{Used, Used, Unused, Unused, Unused}, states(g, append(rows, passed)...))
	assert.Equal(t, HostUsage{Host: "api.example.com", State: Used, Count: 20, LastSeen: noon, Sources: []string{"shop/cart", "shop/web"}},
		diff(rows, Defaults(), g).Entries[0].Hosts[0])

	g.Now = noon.Add(30 * day)
	assert.Equal(t, []UsageState{Used, Used, Unused, Unused, Unused}, states(g, rows...), "to the day")
	g.Now = noon.Add(30*day + time.Second)
	assert.Equal(t, []UsageState{Unused, Unused, Unused, Unused, Unused}, states(g, rows...))
	g.WatchingSince = g.Now.Add(-29 * day)
	assert.Equal(t, []UsageState{UnusedUnknown, UnusedUnknown, UnusedUnknown, UnusedUnknown, UnusedUnknown}, states(g, rows...), "the ledger is too young")
	g = given(t, yaml)
	assert.Equal(t, []UsageState{UnusedUnknown, UnusedUnknown, UnusedUnknown, UnusedUnknown, UnusedUnknown}, states(g, passed),
		"no traffic to entries is seen at all: the proxies may not send it")
}
