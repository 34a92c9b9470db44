// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// row is one of workload `web` of namespace `shop`, seen often and on two days.
func row(change ...func(*egress.Row)) egress.Row {
	r := egress.Row{
		Key: egress.Key{
			Source:      egress.Source{Namespace: "shop", Workload: "web", App: "web"},
			Destination: "api.example.com", NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts: egress.Counts{Connections: 10}, FirstSeen: noon.Add(-24 * time.Hour), LastSeen: noon, Days: 0b11,
		Addresses: []string{"203.0.113.10"},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func to(name string) func(*egress.Row) { return func(r *egress.Row) { r.Destination = name } }

func from(namespace, workload, app string) func(*egress.Row) {
	return func(r *egress.Row) { r.Source = egress.Source{Namespace: namespace, Workload: workload, App: app} }
}

func port(n uint16) func(*egress.Row) { return func(r *egress.Row) { r.Port = n } }
func at(addresses ...string) func(*egress.Row) {
	return func(r *egress.Row) { r.Addresses = addresses }
}
func days(d egress.Days) func(*egress.Row)        { return func(r *egress.Row) { r.Days = d } }
func kind(t egress.Traffic) func(*egress.Row)     { return func(r *egress.Row) { r.Traffic = t } }
func named(s egress.NameSource) func(*egress.Row) { return func(r *egress.Row) { r.NameSource = s } }

func http(r *egress.Row) { r.Traffic, r.NameSource, r.Port = egress.HTTP, egress.NameOfHost, 80 }
func once(r *egress.Row) { r.Connections = 1 }

// address is traffic without a name.
func address(a string) func(*egress.Row) {
	return func(r *egress.Row) {
		r.Traffic, r.NameSource, r.Destination, r.Addresses = egress.TCP, egress.NoName, a, []string{a}
	}
}

// by is traffic that an entry let through.
func by(entry string) func(*egress.Row) {
	return func(r *egress.Row) { r.Decision, r.Entry, r.ProvenAddresses = egress.Allowed, entry, 0xff }
}

// mismatch is traffic whose client named other hosts than that of the entry.
func mismatch(names ...string) func(*egress.Row) {
	return func(r *egress.Row) { r.NameSource, r.ClientNames = egress.EntryMismatch, names }
}

// What a client names on its way through an entry for another host is in no suggestion.
func TestClientNamesAreNotSuggested(t *testing.T) {
	rows := []egress.Row{row(), row(by("api.example.com"), mismatch("evil.example.org")), row(by("api.example.com"))}
	for _, allowed := range []bool{false, true} {
		s := settings(func(s *Settings) { s.Allowed = allowed })
		with, without := Suggest(rows, s), Suggest([]egress.Row{rows[0], rows[2]}, s)
		assert.Equal(t, string(without.YAML("")), string(with.YAML("")))
		assert.Equal(t, without.Offers, with.Offers)
		assert.Equal(t, allowed, len(with.Documents) > 0)
	}
}

// entryLines are the ServiceEntries of a result in one line each.
func entryLines(documents []Document) (lines []string) {
	for _, d := range documents {
		if d.Entry == nil {
			continue
		}
		s := d.Entry.Spec
		line := d.ID.Namespace + "/" + d.ID.Name + " " + strings.Join(s.Hosts, ",") + " " + string(s.Resolution)
		for _, p := range s.Ports {
			line = line + " " + p.Name
		}
		if len(s.Addresses) > 0 {
			line += " at " + strings.Join(s.Addresses, ",")
		}
		if len(s.ExportTo) != 1 || s.ExportTo[0] != "." {
			line += " for " + strings.Join(s.ExportTo, ",")
		}
		lines = append(lines, line)
	}
	return lines
}

// Istio has no way to give two workloads different ports of one host. Who reviews the
// entry must know that.
func TestPortsOfOthers(t *testing.T) {
	notes := func(rows ...egress.Row) []string { return Suggest(rows, Defaults()).Documents[0].Notes }
	cart := from("shop", "cart", "cart")
	assert.Empty(t, notes(row(), row(cart)))
	assert.Empty(t, notes(row(), row(http), row(cart), row(cart, http)))
	assert.Equal(t, []string{notePorts}, notes(row(), row(http), row(cart)))
	assert.Equal(t, []string{notePorts}, notes(row(address("203.0.113.1"), port(9000)), row(cart, address("203.0.113.1"), port(9001))))
}

func withoutSidecars(s *Settings) { s.Sidecars = SidecarsNever }

func settings(change ...func(*Settings)) Settings {
	s := Defaults()
	for _, c := range change {
		c(&s)
	}
	return s
}

func networks(s *Settings) {
	s.ClusterCIDRs = prefixes("10.0.0.0/16")
	s.Networks = map[string][]netip.Prefix{"office": prefixes("198.51.100.0/24", "10.9.0.0/16"), "Rack 7": prefixes("10.9.7.0/24")}
}

func TestEntries(t *testing.T) {
	for _, tc := range []struct {
		name string
		rows []egress.Row
		with func(*Settings)
		want []string
	}{
		{name: "TLS", rows: []egress.Row{row()}, want: []string{"shop/api.example.com api.example.com DNS tls-443"}},
		{name: "HTTP", rows: []egress.Row{row(http)}, want: []string{"shop/api.example.com api.example.com DNS http-80"}},
		{name: "both of one host", rows: []egress.Row{row(), row(http)}, want: []string{"shop/api.example.com api.example.com DNS http-80 tls-443"}},
		{name: "gRPC", rows: []egress.Row{row(http, kind(egress.GRPC))}, want: []string{"shop/api.example.com api.example.com DNS grpc-80"}},
		{name: "gRPC and HTTP", rows: []egress.Row{row(http, kind(egress.GRPC)), row(http)}, want: []string{"shop/api.example.com api.example.com DNS http-80"}},
		{name: "one host, blocked and passed, in two spellings", rows: []egress.Row{
			row(), row(to("API.example.com."), func(r *egress.Row) { r.Decision = egress.Blocked }),
		}, want: []string{"shop/api.example.com api.example.com DNS tls-443"}},
		{name: "a private part of the public suffix list is a host", rows: []egress.Row{row(to("s3.amazonaws.com"))}, want: []string{"shop/s3.amazonaws.com s3.amazonaws.com DNS tls-443"}},
		{
			name: "TCP", rows: []egress.Row{row(address("203.0.113.10"), port(9000)), row(address("203.0.113.10"), port(3306))},
			want: []string{"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-3306 tcp-9000 at 203.0.113.10"},
		},
		{
			name: "TLS whose name is none", rows: []egress.Row{row(address("203.0.113.10"), kind(egress.TLS))},
			want: []string{"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-443 at 203.0.113.10"},
		},
		{
			name: "IPv6", rows: []egress.Row{row(address("2001:db8::1"))},
			want: []string{"shop/tcp-2001-0db8-0000-0000-0000-0000-0000-0001 tcp-2001-0db8-0000-0000-0000-0000-0000-0001.shop.egress.internal NONE tcp-443 at 2001:db8::1"},
		},
		{
			name: "an IPv4 address in IPv6", rows: []egress.Row{row(address("::ffff:203.0.113.10"))},
			want: []string{"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-443 at 203.0.113.10"},
		},
		{
			name: "Host is an address", rows: []egress.Row{row(http, address("203.0.113.10"), kind(egress.HTTP))},
			want: []string{"shop/http-203-0-113-10 http-203-0-113-10.shop.egress.internal STATIC http-80 at 203.0.113.10"},
		},
		{
			name: "TCP with a proven name", rows: []egress.Row{row(to("db.example.com"), named(egress.NameOfReverseDNS), kind(egress.TCP), port(5432), at("203.0.113.11", "203.0.113.10"))},
			want: []string{"shop/db.example.com db.example.com NONE tcp-5432 at 203.0.113.10,203.0.113.11"},
		},
		{
			name: "TCP with a claimed name", rows: []egress.Row{row(to("db.example.com"), named(egress.NameClaimed), kind(egress.TCP), port(5432))},
			want: []string{"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-5432 at 203.0.113.10"},
		},
		{
			name: "TCP with a proven name that has an entry", rows: []egress.Row{row(), row(named(egress.NameProven), kind(egress.TCP), port(5432))},
			want: []string{"shop/api.example.com api.example.com DNS tls-443", "shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-5432 at 203.0.113.10"},
		},
		{name: "no port is opened at an address that had none", rows: []egress.Row{
			row(to("db.example.com"), named(egress.NameProven), kind(egress.TCP), port(5432), at("203.0.113.10")),
			row(to("db.example.com"), named(egress.NameProven), kind(egress.TCP), port(6432), at("203.0.113.11")),
		}, want: []string{
			"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-5432 at 203.0.113.10",
			"shop/tcp-203-0-113-11 tcp-203-0-113-11.shop.egress.internal NONE tcp-6432 at 203.0.113.11",
		}},
		{name: "networks", with: networks, rows: []egress.Row{
			row(address("198.51.100.7"), port(9000)), row(address("10.9.1.1"), port(9001)), row(address("10.9.7.1")),
			row(address("198.51.100.8"), port(80), kind(egress.HTTP)),
		}, want: []string{
			"shop/net-office net-office.shop.egress.internal NONE tcp-80 tcp-9000 tcp-9001 at 10.9.0.0/16,198.51.100.0/24",
			"shop/net-rack-7-8e1ba1b4 net-rack-7-8e1ba1b4.shop.egress.internal NONE tcp-443 at 10.9.7.0/24",
		}},
		{
			name: "addresses that the limit has joined to a named network", with: networks, rows: []egress.Row{row(address("office"), at())},
			want: []string{"shop/net-office net-office.shop.egress.internal NONE tcp-443 at 10.9.0.0/16,198.51.100.0/24"},
		},
		{
			name: "three namespaces", rows: []egress.Row{row(from("a", "x", "")), row(from("b", "x", "")), row(from("c", "x", "")), row(from("d", "x", ""), port(8443))},
			want: []string{"d/api.example.com api.example.com DNS tls-8443", "istio-system/api.example.com api.example.com DNS tls-443 for a,b,c"},
		},
		{
			name: "two namespaces", rows: []egress.Row{row(from("a", "x", "")), row(from("b", "x", ""))},
			want: []string{"a/api.example.com api.example.com DNS tls-443", "b/api.example.com api.example.com DNS tls-443"},
		},
		{name: "the shared namespace needs another port", rows: []egress.Row{
			row(from("a", "x", "")), row(from("b", "x", "")), row(from("c", "x", "")), row(from("istio-system", "x", ""), port(8443)),
		}, want: []string{
			"a/api.example.com api.example.com DNS tls-443", "b/api.example.com api.example.com DNS tls-443", "c/api.example.com api.example.com DNS tls-443",
			"istio-system/api.example.com api.example.com DNS tls-8443",
		}},
		{
			name: "no shared namespace", with: func(s *Settings) { s.SharedNamespace = "" }, rows: []egress.Row{row(from("a", "x", "")), row(from("b", "x", "")), row(from("c", "x", ""))},
			want: []string{"a/api.example.com api.example.com DNS tls-443", "b/api.example.com api.example.com DNS tls-443", "c/api.example.com api.example.com DNS tls-443"},
		},
		{name: "seen once by each of two workloads, on two days", rows: []egress.Row{
			row(once, days(1)), row(once, days(1), from("shop", "cart", ""), func(r *egress.Row) { r.LastSeen = noon.Add(24 * time.Hour) }),
		}, want: []string{"shop/api.example.com api.example.com DNS tls-443"}},
		{name: "an address that got a name between two connections", rows: []egress.Row{
			row(address("203.0.113.10"), once), row(address("203.0.113.10"), to("api.example.com"), named(egress.NameClaimed), once, func(r *egress.Row) { r.Addresses = []string{"203.0.113.10"} }),
		}, want: []string{"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-443 at 203.0.113.10"}},
		{name: "through the hole of another entry", rows: []egress.Row{row(by("other.example.com"))}, want: []string{"shop/api.example.com api.example.com DNS tls-443"}},
		{name: "all that the traffic needs", with: func(s *Settings) { networks(s); s.Allowed = true }, rows: []egress.Row{
			row(by("api.example.com"), once, days(1)),
			row(by("tcp-203-0-113-10.shop.egress.internal"), to("tcp-203-0-113-10.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), port(9000), at()),
			row(by("http-203-0-113-11.shop.egress.internal"), to("http-203-0-113-11.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.HTTP), port(80), at()),
			row(by("tcp-2001-0db8-0000-0000-0000-0000-0000-0001.shop.egress.internal"), to("x"), named(egress.NameOfEntry), kind(egress.TCP), port(9000), at()),
			row(by("net-office.shop.egress.internal"), to("net-office.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), port(9000), at()),
		}, want: []string{
			"shop/api.example.com api.example.com DNS tls-443",
			"shop/http-203-0-113-11 http-203-0-113-11.shop.egress.internal STATIC http-80 at 203.0.113.11",
			"shop/net-office net-office.shop.egress.internal NONE tcp-9000 at 10.9.0.0/16,198.51.100.0/24",
			"shop/tcp-2001-0db8-0000-0000-0000-0000-0000-0001 tcp-2001-0db8-0000-0000-0000-0000-0000-0001.shop.egress.internal NONE tcp-9000 at 2001:db8::1",
			"shop/tcp-203-0-113-10 tcp-203-0-113-10.shop.egress.internal NONE tcp-9000 at 203.0.113.10",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := settings(withoutSidecars)
			if tc.with != nil {
				tc.with(&s)
			}
			require.NoError(t, s.Validate())
			got := Suggest(tc.rows, s)
			assert.Equal(t, tc.want, entryLines(got.Documents))
			assert.Empty(t, got.NotSuggested)
			for _, d := range got.Documents {
				assert.Equal(t, resources.MeshExternal, d.Entry.Spec.Location)
				assert.NotEmpty(t, d.Rows)
			}
		})
	}
}

// The owner of an entry chooses what address its name has. So a name that was learned
// from an entry names no other one.
func TestLearnedNames(t *testing.T) {
	learned := row(to("evil.example"), named(egress.NameProven), kind(egress.TCP), port(5432))
	for _, entryIn := range []string{"evil", "shop"} {
		other := row(from(entryIn, "other", "other"), to("evil.example"), by("evil.example"))
		lines := entryLines(Suggest([]egress.Row{learned, other}, Defaults()).Documents)
		require.Len(t, lines, 1, entryIn)
		assert.Contains(t, lines[0], " tcp-203-0-113-10.shop.egress.internal NONE tcp-5432 at 203.0.113.10", entryIn)
	}
}
