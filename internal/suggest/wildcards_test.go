// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// below are rows of hosts below a name.
func below(n int, parent string, change ...func(*egress.Row)) (rows []egress.Row) {
	for i := range n {
		rows = append(rows, row(append([]func(*egress.Row){to("h" + strconv.Itoa(i) + "." + parent), at("203.0.113." + strconv.Itoa(i))}, change...)...))
	}
	return rows
}

// A wildcard that is taken keeps what the one in whose place it is put lets through.
func TestWildcardsKeepWhatTheyHave(t *testing.T) {
	s := settings(withoutSidecars, func(s *Settings) { s.Wildcards = true })
	wanted := below(5, "example.com", http)
	for _, tc := range []struct {
		name    string
		allowed egress.Row
		want    []string
	}{
		{"a port", row(by("*.example.com")), []string{"*.example.com DYNAMIC_DNS http-80 tls-443"}},
		{"other ports", row(by("*.example.com"), otherPorts), []string{
			"h0.example.com DNS http-80", "h1.example.com DNS http-80", "h2.example.com DNS http-80", "h3.example.com DNS http-80", "h4.example.com DNS http-80",
		}},
		{"a port of another wildcard", row(by("*.com")), []string{"*.example.com DYNAMIC_DNS http-80"}},
		{"other ports in another namespace", row(by("*.example.com"), otherPorts, from("bank", "web", "web")), []string{"*.example.com DYNAMIC_DNS http-80"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, line := range entryLines(Suggest(append(slices.Clone(wanted), tc.allowed), s).Documents) {
				_, spec, _ := strings.Cut(line, " ")
				got = append(got, spec)
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestOffers(t *testing.T) {
	join := func(parts ...[]egress.Row) (all []egress.Row) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for _, tc := range []struct {
		name string
		rows []egress.Row
		want []string
	}{
		{"four hosts", below(4, "example.com"), nil},
		{"five hosts", below(5, "example.com"), []string{"*.example.com"}},
		{"the name itself is not below", append(below(4, "example.com"), row(to("example.com"))), nil},
		{"two ports", join(below(3, "example.com"), below(2, "example.com", port(8443))), nil},
		{"two workloads", join(below(3, "example.com"), below(4, "example.com", from("shop", "cart", "cart"))), nil},
		{"the lower name", join(below(5, "eu.example.com"), below(4, "example.com")), []string{"*.eu.example.com"}},
		{"both names", join(below(5, "eu.example.com"), below(5, "example.com")), []string{"*.eu.example.com", "*.example.com"}},
		{"in different depths", join(below(2, "a.example.com"), below(3, "b.c.example.com")), []string{"*.example.com"}},
		{"a top level domain", []egress.Row{row(to("a.com")), row(to("b.com")), row(to("c.com")), row(to("d.com")), row(to("e.com"))}, nil},
		{"public suffix", below(9, "co.uk"), nil},
		{"public suffix, private part", below(9, "s3.amazonaws.com"), nil},
		{"names of an operator beside those of its customers", below(5, "amazonaws.com"), nil},
		{"the same in a region", below(5, "us-west-2.amazonaws.com"), nil},
		{"what a customer has there", below(5, "bucket.s3.amazonaws.com"), []string{"*.bucket.s3.amazonaws.com"}},
		{"hosts that are not suggested", below(9, "example.com", once), nil},
		{"addresses", []egress.Row{row(address("203.0.113.1")), row(address("203.0.113.2"))}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			result := Suggest(tc.rows, Defaults())
			var got []string
			for _, o := range result.Offers {
				got = append(got, o.Entry.Spec.Hosts[0])
				assert.GreaterOrEqual(t, len(o.Hosts), 5)
				assert.Equal(t, resources.DynamicDNS, o.Entry.Spec.Resolution)
				assert.Equal(t, egress.Source{Namespace: "shop", Workload: "web", App: "web"}, o.Source)
			}
			assert.Equal(t, tc.want, got)
			for _, d := range result.Documents {
				assert.NotContains(t, d.ID.Name, "wildcard", "an offer is no default")
			}
		})
	}
}

func TestTakenWildcards(t *testing.T) {
	s := settings(withoutSidecars, func(s *Settings) { s.Wildcards = true })
	rows := append(below(5, "example.com"), row(to("www.example.org")))
	assert.Equal(t, []string{"shop/wildcard-example-com-47287a8f *.example.com DYNAMIC_DNS tls-443", "shop/www.example.org www.example.org DNS tls-443"},
		entryLines(Suggest(rows, s).Documents))

	t.Run("HTTP and TLS on a port", func(t *testing.T) {
		rows := append(below(5, "example.com"), below(6, "example.com", http, port(443))[5:]...)
		rows = append(rows, below(5, "x.example.com", http, port(443))...)
		for _, d := range Suggest(rows, s).Documents {
			require.Len(t, d.Entry.Spec.Ports, 1)
		}
	})
	t.Run("Istio without DYNAMIC_DNS", func(t *testing.T) {
		s := s
		s.DynamicDNS = false
		result := Suggest(below(5, "example.com"), s)
		require.Len(t, result.Documents, 1)
		assert.Equal(t, resources.None, result.Documents[0].Entry.Spec.Resolution)
		assert.Equal(t, []string{noteWildcard, noteForged}, result.Documents[0].Notes)
	})
}
