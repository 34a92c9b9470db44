// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// ofEntry is traffic without a name in it that an entry let through.
func ofEntry(host string, change ...func(*egress.Row)) egress.Row {
	return row(append([]func(*egress.Row){by(host), to(host), named(egress.NameOfEntry), kind(egress.TCP), at()}, change...)...)
}

// An entry that is applied replaces the one of its name. So it has all that the host has.
func TestAnEntryThatGetsMoreKeepsWhatItHas(t *testing.T) {
	const tcp = "tcp-203-0-113-10.shop.egress.internal"
	known := func(r *egress.Row) {
		r.Destination, r.NameSource, r.Traffic = "db.example.com", egress.NameProven, egress.TCP
	}
	for _, tc := range []struct {
		name string
		rows []egress.Row
		want []string
	}{
		{"another port of a host", []egress.Row{row(by("API.example.com.")), row(http)}, []string{"shop/api.example.com api.example.com DNS http-80 tls-443"}},
		{"nothing more", []egress.Row{row(by("api.example.com")), ofEntry(tcp, port(9000))}, nil},
		{"other ports of the host", []egress.Row{row(by("api.example.com"), otherPorts), row(http)}, nil},
		{
			"a port and other ports of the host",
			[]egress.Row{row(by("API.example.com.")), row(by("API.example.com."), otherPorts, from("shop", "job", "job")), row(http)},
			nil,
		},
		{
			"other ports of the host in another namespace",
			[]egress.Row{row(by("api.example.com"), otherPorts, from("bank", "web", "web")), row(http)},
			[]string{"shop/api.example.com api.example.com DNS http-80"},
		},
		{
			"other ports of a wildcard",
			[]egress.Row{row(by("*.example.com"), otherPorts), row(http)},
			[]string{"shop/api.example.com api.example.com DNS http-80"},
		},
		{"other ports of an address", []egress.Row{ofEntry(tcp, otherPorts), row(address("203.0.113.10"), port(9001))}, nil},
		{"other ports of a network", []egress.Row{ofEntry("net-office.shop.egress.internal", otherPorts), row(address("198.51.100.7"), port(9001))}, nil},
		{
			"other ports of an entry by the name of addresses",
			[]egress.Row{ofEntry("db.example.com", otherPorts), row(known, port(6432))},
			[]string{"shop/tcp-203-0-113-10 " + tcp + " NONE tcp-6432 at 203.0.113.10"},
		},
		{
			"other ports of a shared entry",
			[]egress.Row{
				row(from("a", "x", "x")), row(from("b", "x", "x")), row(from("c", "x", "x")),
				row(from("d", "x", "x"), by("api.example.com")), row(from("d", "x", "x"), by("api.example.com"), otherPorts),
			},
			[]string{"a/api.example.com api.example.com DNS tls-443", "b/api.example.com api.example.com DNS tls-443", "c/api.example.com api.example.com DNS tls-443"},
		},
		{"another host", []egress.Row{row(by("api.example.com")), row(to("b.example.com"))}, []string{"shop/b.example.com b.example.com DNS tls-443"}},
		{
			"another namespace",
			[]egress.Row{row(by("api.example.com"), from("bank", "web", "web")), row(http)},
			[]string{"shop/api.example.com api.example.com DNS http-80"},
		},
		{
			"a wildcard has the rest",
			[]egress.Row{row(by("*.example.com")), row(http)},
			[]string{"shop/api.example.com api.example.com DNS http-80"},
		},
		{
			"another port of an address",
			[]egress.Row{ofEntry(tcp, port(9000)), row(address("203.0.113.10"), port(9001))},
			[]string{"shop/tcp-203-0-113-10 " + tcp + " NONE tcp-9000 tcp-9001 at 203.0.113.10"},
		},
		{
			"another port of a network",
			[]egress.Row{ofEntry("net-office.shop.egress.internal", port(9000)), row(address("198.51.100.7"), port(9001))},
			[]string{"shop/net-office net-office.shop.egress.internal NONE tcp-9000 tcp-9001 at 10.9.0.0/16,198.51.100.0/24"},
		},
		{
			"HTTP of the same address",
			[]egress.Row{ofEntry(tcp, port(9000)), row(http, address("203.0.113.10"), kind(egress.HTTP))},
			[]string{"shop/http-203-0-113-10 http-203-0-113-10.shop.egress.internal STATIC http-80 at 203.0.113.10"},
		},
		{
			"TCP of a host that has an entry for HTTP",
			[]egress.Row{row(http, to("db.example.com"), by("db.example.com")), row(known, port(5432))},
			[]string{"shop/tcp-203-0-113-10 " + tcp + " NONE tcp-5432 at 203.0.113.10"},
		},
		{
			"TCP of a host whose entry may have other addresses",
			[]egress.Row{ofEntry("db.example.com", port(5432)), row(known, port(6432))},
			[]string{"shop/tcp-203-0-113-10 " + tcp + " NONE tcp-6432 at 203.0.113.10"},
		},
		{
			"a shared entry keeps its namespaces",
			[]egress.Row{
				row(from("a", "x", "x")), row(from("b", "x", "x"), by("api.example.com")), row(from("c", "x", "x"), by("api.example.com")),
				row(from("d", "x", "x"), to("d.example.com")),
			},
			[]string{"d/d.example.com d.example.com DNS tls-443", "istio-system/api.example.com api.example.com DNS tls-443 for a,b,c"},
		},
		{
			"a shared entry beside one of its namespace",
			[]egress.Row{
				row(from("a", "x", "x")), row(from("b", "x", "x")), row(from("c", "x", "x")), row(from("istio-system", "x", "x"), known, to("api.example.com"), port(5432)),
			},
			[]string{
				"istio-system/api.example.com api.example.com DNS tls-443 for a,b,c",
				"istio-system/tcp-203-0-113-10 tcp-203-0-113-10.istio-system.egress.internal NONE tcp-5432 at 203.0.113.10",
			},
		},
		{"HTTP on a port that has TLS", []egress.Row{row(by("api.example.com")), row(http, port(443))}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			result := Suggest(tc.rows, settings(networks, withoutSidecars))
			assert.Equal(t, tc.want, entryLines(result.Documents))
			oneEntryPerHost(t, &result)
			rows := len(result.NotSuggested)
			for _, d := range result.Documents {
				rows += len(d.Rows)
				replaces := false
				for i := range d.Rows {
					replaces = replaces || isAllowed(&d.Rows[i])
				}
				if replaces {
					assert.Contains(t, d.Notes, noteReplaces)
				} else {
					assert.NotContains(t, d.Notes, noteReplaces)
				}
			}
			assert.Equal(t, len(tc.rows), rows, "each row is in one list")
		})
	}
}

// oneEntryPerHost holds for what is suggested: of two entries in a namespace with one
// host Istio ignores the later one.
func oneEntryPerHost(t *testing.T, result *Result) {
	t.Helper()
	hosts := map[string]bool{}
	for _, d := range result.Documents {
		if d.Entry == nil {
			continue
		}
		require.Len(t, d.Entry.Spec.Hosts, 1)
		k := d.ID.Namespace + "/" + d.Entry.Spec.Hosts[0]
		assert.False(t, hosts[k], k)
		hosts[k] = true
	}
}

// Istio imports only one address of an entry if all hosts of a Sidecar are exact ones.
func TestSidecarsHaveAWildcard(t *testing.T) {
	result := Suggest(traffic(), settings(func(s *Settings) { s.Sidecars = SidecarsAlways }))
	sidecars := 0
	for _, d := range result.Documents {
		if d.Sidecar == nil {
			continue
		}
		sidecars++
		for _, l := range d.Sidecar.Spec.Egress {
			assert.Condition(t, func() bool {
				for _, h := range l.Hosts {
					if _, host, _ := strings.Cut(h, "/"); resources.IsWildcard(host) {
						return true
					}
				}
				return false
			}, "%s: %v", d.ID, l.Hosts)
		}
	}
	assert.Positive(t, sidecars)
}

// Where Host is an address, the entry sends to that address, whatever address the client
// connects to. Istio knows only one of several addresses by a Host.
func TestHostThatIsAnAddress(t *testing.T) {
	literal := func(a string, change ...func(*egress.Row)) egress.Row {
		return row(append([]func(*egress.Row){http, address(a), kind(egress.HTTP)}, change...)...)
	}
	claimed := func(r *egress.Row) { r.Destination, r.NameSource = "api.example.com", egress.NameClaimed }
	later := func(r *egress.Row) { r.LastSeen = r.LastSeen.Add(time.Hour) }
	s := settings(withoutSidecars)
	assert.Equal(t, wanted, reasonOf(t, s, literal("203.0.113.10"), row(http, later)), "a name at the same address")
	assert.Equal(t, wanted, reasonOf(t, s, literal("203.0.113.10", claimed), row(http, by("api.example.com"), later)), "an entry for a name at the same address")
	assert.Equal(t, AlreadyAllowed, reasonOf(t, s, literal("203.0.113.10", claimed),
		ofEntry("http-203-0-113-10.shop.egress.internal", kind(egress.HTTP), port(80), later)), "its own entry")
	result := Suggest([]egress.Row{literal("203.0.113.10"), literal("203.0.113.11"), literal("2001:db8::1")}, settings(withoutSidecars))
	require.Len(t, result.Documents, 3)
	for _, d := range result.Documents {
		require.Len(t, d.Entry.Spec.Addresses, 1)
		assert.Equal(t, resources.Static, d.Entry.Spec.Resolution)
		assert.Equal(t, []resources.Endpoint{{Address: d.Entry.Spec.Addresses[0]}}, d.Entry.Spec.Endpoints)
		assert.Contains(t, d.Notes, noteLiteral)
	}
}

func TestOffersForHTTPSayWhatTheyNeed(t *testing.T) {
	offers := func(s Settings, change ...func(*egress.Row)) []string {
		result := Suggest(below(5, "example.com", change...), s)
		require.Len(t, result.Offers, 1)
		return result.Offers[0].Notes
	}
	assert.Contains(t, offers(Defaults(), http), noteOldest)
	assert.NotContains(t, offers(Defaults()), noteOldest)
	assert.NotContains(t, offers(settings(func(s *Settings) { s.DynamicDNS = false }), http), noteOldest)
}
