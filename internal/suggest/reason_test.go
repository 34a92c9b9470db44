// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// reasonOf is that of the first row, which the others stand beside.
func reasonOf(t *testing.T, s Settings, first egress.Row, others ...egress.Row) Reason {
	t.Helper()
	result := Suggest(append([]egress.Row{first}, others...), s)
	for _, n := range result.NotSuggested {
		if n.Key == first.Key {
			return n.Reason
		}
	}
	for _, d := range result.Documents {
		for _, r := range d.Rows {
			if r.Key == first.Key {
				return wanted
			}
		}
	}
	require.Fail(t, "the row is in no list")
	return ""
}

// otherPorts is traffic to ports that have no row of their own.
func otherPorts(r *egress.Row) { r.Port, r.OtherPorts = 0, true }

// manyPorts are rows of as many ports of a destination as a workload may use.
func manyPorts(change ...func(*egress.Row)) (rows []egress.Row) {
	for i := range maxPorts {
		rows = append(rows, row(append(change, port(uint16(10_000+i)))...))
	}
	return rows
}

func TestReasons(t *testing.T) {
	later := func(r *egress.Row) { r.LastSeen = r.LastSeen.Add(time.Hour) }
	more := func(r *egress.Row) { r.MoreAddresses = true }
	var manyNames, manyAddresses []egress.Row
	for i := range 8 {
		manyNames = append(manyNames, row(to("h"+strconv.Itoa(i)+".example.net")))
		manyAddresses = append(manyAddresses, row(address("203.0.113.2"+strconv.Itoa(i)), port(9000)))
	}
	for _, tc := range []struct {
		name   string
		row    egress.Row
		others []egress.Row
		want   Reason
	}{
		{name: "an entry's own", row: row(by("api.example.com")), want: AlreadyAllowed},
		{name: "a wildcard's", row: row(by("*.example.com")), want: AlreadyAllowed},
		{name: "allowed since", row: row(), others: []egress.Row{row(by("api.example.com"), later)}, want: AlreadyAllowed},
		{name: "allowed by a wildcard since", row: row(to("a.b.example.com")), others: []egress.Row{row(to("c.example.com"), by("*.example.com"), later)}, want: AlreadyAllowed},
		{name: "allowed before", row: row(later), others: []egress.Row{row(by("api.example.com"))}},
		{name: "allowed for another workload", row: row(), others: []egress.Row{row(by("api.example.com"), from("shop", "cart", "cart"), later)}},
		{name: "allowed on another port", row: row(), others: []egress.Row{row(by("api.example.com"), port(8443), later)}},
		{name: "an address that is allowed since", row: row(address("203.0.113.10")), others: []egress.Row{
			row(by("tcp-203-0-113-10.shop.egress.internal"), to("tcp-203-0-113-10.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), later),
		}, want: AlreadyAllowed},
		{name: "an address that is allowed since, by the name of the entry", row: row(address("203.0.113.10")), others: []egress.Row{
			row(by("tcp-203-0-113-10.shop.egress.internal"), to("tcp-203-0-113-10.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), later, at()),
		}, want: AlreadyAllowed},
		{name: "an address of a network that is allowed since", row: row(address("198.51.100.7")), others: []egress.Row{
			row(by("net-office.shop.egress.internal"), to("net-office.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), later, at()),
		}, want: AlreadyAllowed},
		{name: "another address is allowed since", row: row(address("203.0.113.1")), others: []egress.Row{
			row(by("tcp-203-0-113-10.shop.egress.internal"), to("tcp-203-0-113-10.shop.egress.internal"), named(egress.NameOfEntry), kind(egress.TCP), later, at()),
		}},
		{name: "a known name that is allowed since", row: row(to("db.example.com"), named(egress.NameOfReverseDNS), kind(egress.TCP)), others: []egress.Row{
			row(by("db.example.com"), to("db.example.com"), named(egress.NameOfEntry), kind(egress.TCP), later, at()),
		}, want: AlreadyAllowed},
		{name: "an address whose names are seen since", row: row(address("203.0.113.10")), others: []egress.Row{row(later)}, want: NamedSince},
		{name: "an address whose names were seen before", row: row(address("203.0.113.10"), later), others: []egress.Row{row()}},
		{name: "a forged name does not replace an address", row: row(address("203.0.113.10")), others: []egress.Row{row(later, once, to("evil.example.org"), days(1))}},

		{name: "once", row: row(once), want: SeenOnce},
		{name: "on one day", row: row(days(1)), want: SeenOnce},
		{name: "on two days, before and after midnight", row: row(func(r *egress.Row) {
			r.FirstSeen, r.LastSeen = noon.Add(12*time.Hour-time.Second), noon.Add(12*time.Hour+time.Second)
		}), want: SeenOnce},
		{name: "on two days, less than a day apart", row: row(func(r *egress.Row) { r.FirstSeen = r.FirstSeen.Add(time.Second) }), want: SeenOnce},
		{name: "less than a day apart, and by another workload before", row: row(func(r *egress.Row) { r.FirstSeen = r.FirstSeen.Add(time.Second) }), others: []egress.Row{
			row(from("shop", "cart", "")),
		}},
		{name: "an address on one day", row: row(address("203.0.113.10"), days(1)), want: SeenOnce},
		{name: "another namespace saw it, too", row: row(once), others: []egress.Row{row(from("bank", "web", ""))}, want: SeenOnce},

		{name: "another host than that of its entry", row: row(by("api.example.com"), mismatch("evil.example.org")), want: OtherHost},
		{name: "seen once, and often through an entry by another name", row: row(once), others: []egress.Row{
			row(by("api.example.com"), mismatch("evil.example.org")),
		}, want: SeenOnce},
		{name: "named since, by a client of the entry for another host", row: row(), others: []egress.Row{
			row(by("other.example.org"), to("other.example.org"), mismatch("api.example.com"), later),
		}},

		{name: "metadata", row: row(address("169.254.169.254"), port(80)), want: Metadata},
		{name: "metadata by a name", row: row(http, at("169.254.169.254")), want: Metadata},
		{name: "metadata's name", row: row(http, to("metadata.google.internal")), want: Metadata},
		{name: "metadata's name in a public domain", row: row(http, to("metadata.tencentyun.com"), at()), want: Metadata},
		{name: "metadata over IPv6", row: row(address("fd00:ec2::254")), want: Metadata},
		{name: "metadata through NAT64", row: row(address("64:ff9b::a9fe:a9fe")), want: Metadata},
		{name: "metadata as IPv6", row: row(address("::ffff:169.254.169.254")), want: Metadata},
		{name: "metadata in a name", row: row(http, to("169.254.169.254.ip.example.com")), want: Metadata},
		{name: "metadata in a label", row: row(http, to("x-169-254-169-254.ip.example.com")), want: Metadata},
		{name: "metadata through 6to4", row: row(address("2002:a9fe:a9fe::1")), want: Metadata},
		{name: "metadata in an IPv4-compatible address", row: row(address("::169.254.169.254")), want: Metadata},
		{name: "local NAT64", row: row(address("64:ff9b:1::a9fe:a9fe")), want: Private},
		{name: "a pod in a name", row: row(http, to("10-0-3-4.ip.example.com")), want: Cluster},
		{name: "loopback in a name", row: row(http, to("127-0-0-1.ip.example.com")), want: SpecialAddress},
		{name: "an address in a name", row: row(to("ec2-203-0-113-10.compute-1.example.com"))},
		{name: "the number of a version in a name", row: row(to("app-0-10-0-1.example.com"))},
		{name: "a domain with names for all addresses", row: row(http, to("a9fea9fe.nip.io")), want: PublicSuffix},
		{name: "a domain with names for this machine", row: row(http, to("lvh.me")), want: PublicSuffix},
		{name: "a pod", row: row(address("10.0.3.4")), want: Cluster},
		{name: "a name that led to a pod once", row: row(at("203.0.113.10", "10.0.3.4")), want: Cluster},
		{name: "private", row: row(address("192.168.1.1")), want: Private},
		{name: "private behind a name", row: row(at("172.20.0.1")), want: Private},
		{name: "private IPv6", row: row(address("fd12::1")), want: Private},
		{name: "an address that Istio gave", row: row(address("240.240.0.7")), want: Private},
		{name: "loopback", row: row(address("127.0.0.1")), want: SpecialAddress},
		{name: "link-local", row: row(address("fe80::1")), want: SpecialAddress},
		{name: "multicast", row: row(address("224.0.0.1")), want: SpecialAddress},
		{name: "unspecified", row: row(address("0.0.0.0")), want: SpecialAddress},

		{name: "one label", row: row(to("intranet")), want: SingleLabel},
		{name: "a service", row: row(http, to("cart.shop.svc")), want: ClusterName},
		{name: "a service in full", row: row(http, to("cart.shop.svc.cluster.local")), want: ClusterName},
		{name: "a service of a namespace", row: row(http, to("cart.backend")), others: []egress.Row{row(from("backend", "x", ""))}, want: ClusterName},
		{name: "a service of a namespace that sends nothing", row: row(http, to("kubernetes.default")), want: ClusterName},
		{name: "no service", row: row(to("cart.dev")), others: []egress.Row{row(from("dev", "x", ""))}},
		{name: ".internal", row: row(to("ip-10-0-0-1.ec2.internal")), want: ClusterName},
		{name: "the entry that makes names visible", row: row(to("visibility.invalid")), want: ClusterName},
		{name: "underscore", row: row(to("a_b.example.com")), want: BadName},
		{name: "a long label", row: row(to(strings.Repeat("a", 64) + ".example.com")), want: BadName},
		{name: "a wildcard", row: row(to("*.example.com")), want: BadName},
		{name: "an address as a host", row: row(http, to("203.0.113.10")), want: BadName},
		{name: "a newline", row: row(to("a.example.com\nkind: Secret")), want: BadName},
		{name: "nothing", row: row(to("")), want: BadName},
		{name: "public suffix", row: row(to("co.uk")), want: PublicSuffix},
		{name: "DNS over HTTPS", row: row(to("dns.google")), want: EncryptedDNS},
		{name: "DNS over HTTPS below a resolver's name", row: row(to("x.cloudflare-dns.com")), want: EncryptedDNS},
		{name: "DNS over TLS", row: row(port(853)), want: EncryptedDNS},
		{name: "DNS over TLS to an address", row: row(address("203.0.113.10"), port(853)), want: EncryptedDNS},
		{name: "DNS over HTTPS to an address", row: row(address("8.8.8.8")), want: EncryptedDNS},

		{name: "contradicted", row: row(), others: []egress.Row{row(to("other.example.org"), by("other.example.org"), named(egress.NameOfEntry))}, want: Contradiction},
		{name: "contradicted, but other workloads say the same", row: row(), others: []egress.Row{
			row(to("other.example.org"), by("other.example.org"), named(egress.NameProven), kind(egress.TCP)), row(from("bank", "web", "")),
		}},
		{name: "contradicted by one who owns another name", row: row(), others: []egress.Row{
			row(from("evil", "a", ""), to("evil.example.org"), by("evil.example.org"), named(egress.NameProven), kind(egress.TCP)),
			row(from("evil", "b", ""), to("evil.example.org"), by("evil.example.org"), named(egress.NameProven), kind(egress.TCP)),
			row(to("evil.example.org"), named(egress.NameProven), kind(egress.TCP), port(9000)),
		}},
		{name: "contradicted at one of its addresses, of which only it knows", row: row(at("203.0.113.10", "203.0.113.11")), others: []egress.Row{
			row(to("other.example.org"), by("other.example.org"), named(egress.NameProven), kind(egress.TCP), at("203.0.113.11")), row(from("bank", "web", "")),
		}, want: Contradiction},
		{name: "many names for one address", row: row(), others: manyNames, want: ManyNames},
		{name: "many names, of which another workload knows this one", row: row(), others: append([]egress.Row{row(from("bank", "web", ""))}, manyNames...)},
		{name: "a name with many addresses", row: row(more), want: NameManyPlaces},
		{name: "a name with many addresses that two workloads know", row: row(more), others: []egress.Row{row(from("bank", "web", ""))}},
		{name: "many addresses", row: row(address("203.0.113.10"), port(9000)), others: manyAddresses, want: ManyAddresses},
		{name: "many addresses of one name", row: row(more, kind(egress.TCP), named(egress.NameOfReverseDNS)), want: ManyAddresses},
		{name: "many ports of a name", row: row(), others: manyPorts(), want: ManyPorts},
		{name: "many ports of a name that another workload uses", row: row(), others: manyPorts(from("shop", "evil", "evil"))},
		{name: "many ports of an address", row: row(address("203.0.113.10")), others: manyPorts(address("203.0.113.10")), want: ManyPorts},
		{name: "as many ports as there may be", row: row(), others: manyPorts()[1:]},
		{name: "other ports of an address", row: row(address("203.0.113.10"), otherPorts), want: ManyPorts},
		{name: "other ports of a name", row: row(otherPorts), want: ManyPorts},
		{name: "other ports that an entry lets through", row: row(by("api.example.com"), otherPorts), want: AlreadyAllowed},
		{name: "other ports of a metadata service", row: row(address("169.254.169.254"), otherPorts), want: Metadata},
		{name: "a port beside other ports of more addresses", row: row(address("203.0.113.10")), others: []egress.Row{row(address("203.0.113.10"), more, otherPorts)}, want: ManyPorts},
		{name: "a port beside other ports of the name", row: row(), others: []egress.Row{row(otherPorts, once)}, want: ManyPorts},
		{name: "a port beside other ports of one of its addresses", row: row(address("203.0.113.10")), others: []egress.Row{
			row(address("203.0.113.9"), at("203.0.113.9", "203.0.113.10"), otherPorts),
		}, want: ManyPorts},
		{name: "a port beside other ports of another workload", row: row(), others: []egress.Row{row(otherPorts, from("shop", "evil", "evil"))}},
		{name: "a port beside other ports of another name", row: row(), others: []egress.Row{row(otherPorts, to("b.example.com"))}},
		{name: "TLS on a port of SMTP", row: row(port(25)), want: ServerFirst},
		{name: "HTTP beside TLS", row: row(http, port(8443)), others: []egress.Row{row(port(8443))}, want: TwoProtocols},

		{name: "overflow", row: row(func(r *egress.Row) { r.Overflow, r.Destination = true, "" }), want: BeyondLimit},
		{name: "other", row: row(address("other")), want: BeyondLimit},
		{name: "rolled up", row: row(address("203.0.113.0/24")), want: BeyondLimit},
		{name: "a network that nobody named", row: row(address("elsewhere"), at()), want: BeyondLimit},
		{name: "no port", row: row(port(0)), want: Incomplete},
		{name: "no kind", row: row(kind(egress.NoTraffic)), want: Incomplete},
		{name: "unknown namespace", row: row(from("unknown", "web", "")), want: UnknownSender},
		{name: "unknown workload", row: row(from("shop", "unknown", "")), want: UnknownSender},
		{name: "a namespace that is none", row: row(from("a\nb", "web", "")), want: UnknownSender},
		{name: "a namespace with a dot", row: row(from("a.b", "web", "")), want: UnknownSender},
		{name: "gateway", row: row(from("istio-system", "istio-ingressgateway", "")), want: GatewayOfOthers},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, reasonOf(t, settings(networks, withoutSidecars), tc.row, tc.others...))
		})
	}
}

func TestEachReasonHasASentence(t *testing.T) {
	s := Defaults()
	for _, r := range []Reason{
		AlreadyAllowed, OtherHost, NamedSince, SeenOnce, Metadata, Cluster, Private, SpecialAddress, SingleLabel, ClusterName, BadName, PublicSuffix, EncryptedDNS,
		Contradiction, ManyNames, NameManyPlaces, ManyAddresses, ManyPorts, ServerFirst, TwoProtocols, BeyondLimit, Incomplete, UnknownSender, GatewayOfOthers,
	} {
		assert.NotEmpty(t, s.Sentence(r), r)
	}
	assert.Len(t, Reasons, 24)
}

func TestSettings(t *testing.T) {
	s := Defaults()
	require.NoError(t, s.Validate())
	for key, change := range map[string]func(*Settings){
		"`min_count` must be at least 1, got 0":                                                     func(s *Settings) { s.MinCount = 0 },
		"`min_days` must be at most 32, got 33":                                                     func(s *Settings) { s.MinDays = 33 },
		"`max_addresses` must be at most 8, got 9":                                                  func(s *Settings) { s.MaxAddresses = 9 },
		"`max_names` must be at least 1, got -1":                                                    func(s *Settings) { s.MaxNames = -1 },
		"`min_wildcard_names` must be at least 2, got 1":                                            func(s *Settings) { s.MinWildcardNames = 1 },
		"`min_shared_namespaces` must be at least 2, got 1":                                         func(s *Settings) { s.MinSharedNamespaces = 1 },
		"`shared_namespace` must be the name of a namespace, got \"a.b\"":                           func(s *Settings) { s.SharedNamespace = "a.b" },
		"`cluster_domain` must be a DNS name, got \"\"":                                             func(s *Settings) { s.ClusterDomain = "" },
		"`visibility_host` must be a DNS name, got \"*\"":                                           func(s *Settings) { s.VisibilityHost = "*" },
		"`sidecars` must be if_needed, always or never, got \"\"":                                   func(s *Settings) { s.Sidecars = "" },
		"`outbound_traffic_policy` must be REGISTRY_ONLY, ALLOW_ANY or empty, got \"REGISTRY_ANY\"": func(s *Settings) { s.OutboundTrafficPolicy = "REGISTRY_ANY" },
		"`networks::office` must have 1 to 256 prefixes, got 0":                                     func(s *Settings) { networks(s); s.Networks["office"] = nil },
	} {
		s := settings(change)
		assert.EqualError(t, s.Validate(), key)
	}
}

// All that the traffic needs has no ports that nobody can name.
func TestOtherPortsThatAreAllowed(t *testing.T) {
	rows := []egress.Row{row(by("api.example.com"), otherPorts), row(http, from("shop", "job", "job"))}
	result := Suggest(rows, settings(func(s *Settings) { s.Allowed = true }))
	assert.Empty(t, result.Documents)
	require.Len(t, result.NotSuggested, len(rows))
	for _, n := range result.NotSuggested {
		assert.Equal(t, ManyPorts, n.Reason)
	}
}
