// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

var source = egress.Source{Namespace: "closed", Workload: "batch-1", App: "batch"}

func rowOf(traffic egress.Traffic, port uint16, destination string, from egress.NameSource, addresses ...string) egress.Row {
	return egress.Row{
		Key: egress.Key{
			Source: source, Destination: destination, NameSource: from, Port: port, Traffic: traffic, Decision: egress.Passed,
		},
		Addresses: addresses,
	}
}

func TestRow(t *testing.T) {
	set := read(t,
		entryOf("http", "hosts: [www.example.com], resolution: DNS, "+portOf(80, "HTTP")),
		entryOf("tls", "hosts: ['*.example.com'], resolution: DYNAMIC_DNS, "+portOf(443, "TLS")),
		entryOf("tcp", "hosts: [db.example.net], resolution: NONE, addresses: [203.0.113.10], "+portOf(9000, "TCP")),
		entryOf("literal", "hosts: [literal.example.net], resolution: NONE, addresses: [203.0.113.10], "+portOf(8000, "HTTP")),
	)
	other := rowOf(egress.TCP, 9000, "203.0.113.10", egress.NoName, "203.0.113.10")
	other.Source = egress.Source{Namespace: "unknown", Workload: "unknown"}
	overflow := rowOf(egress.NoTraffic, 0, "", egress.NoName)
	overflow.Overflow = true
	otherPorts := rowOf(egress.TCP, 0, "203.0.113.10", egress.NoName, "203.0.113.10")
	otherPorts.OtherPorts = true
	more := rowOf(egress.TCP, 9000, "203.0.113.10", egress.NoName, "203.0.113.10")
	more.MoreAddresses = true
	allowed := rowOf(egress.TCP, 9000, "db.example.net", egress.NameOfEntry)
	allowed.Decision, allowed.Entry = egress.Allowed, "db.example.net"
	gone := allowed
	gone.Entry = "gone.example.net"
	lacking := rowOf(egress.TLS, 443, "lacking.example.net", egress.NameOfServer, "203.0.113.40")
	lacking.Decision, lacking.Entry = egress.Allowed, "lacking.example.net"
	mismatch := func(traffic egress.Traffic, port uint16, more bool, names ...string) egress.Row {
		r := rowOf(traffic, port, "hole.example.org", egress.EntryMismatch, "203.0.113.11")
		r.Decision, r.Entry, r.ClientNames, r.MoreClientNames = egress.Allowed, "hole.example.org", names, more
		return r
	}
	forged := rowOf(egress.HTTP, 80, "www.example.com", egress.NameOfHost, "203.0.113.22")
	for name, c := range map[string]struct {
		row    egress.Row
		want   Outcome
		reason Reason
	}{
		"HTTP by its Host":                            {rowOf(egress.HTTP, 80, "www.example.com", egress.NameOfHost, "203.0.113.10"), Passes, ReasonEntry},
		"gRPC by its Host":                            {rowOf(egress.GRPC, 80, "www.example.com", egress.NameOfHost, "203.0.113.10"), Passes, ReasonEntry},
		"HTTP to another Host":                        {rowOf(egress.HTTP, 80, "api.example.com", egress.NameOfHost, "203.0.113.10"), Blocked, ReasonNoEntry},
		"a Host that is not the address's":            {forged, Elsewhere, ReasonEntry},
		"HTTP, the address as Host":                   {rowOf(egress.HTTP, 8000, "203.0.113.10", egress.NoName, "203.0.113.10"), Passes, ReasonEntry},
		"HTTP, a name of the address":                 {rowOf(egress.HTTP, 80, "www.example.com", egress.NameProven, "203.0.113.10"), Unknown, ReasonNoName},
		"TLS by its server name":                      {rowOf(egress.TLS, 443, "api.example.com", egress.NameOfServer, "203.0.113.11"), Passes, ReasonEntry},
		"TLS below a wildcard's entry":                {rowOf(egress.TLS, 443, "*.example.com", egress.NameOfEntry, "203.0.113.11"), Passes, ReasonEntry},
		"TLS by an entry that is not given":           {lacking, Blocked, ReasonEntryNotGiven},
		"TLS to another name":                         {rowOf(egress.TLS, 443, "example.org", egress.NameOfServer, "203.0.113.11"), Blocked, ReasonNoEntry},
		"TLS by the name that its client gave":        {mismatch(egress.TLS, 443, false, "api.example.com"), Passes, ReasonEntry},
		"TLS by names that fare alike":                {mismatch(egress.TLS, 443, false, "api.example.com", "www.example.com"), Passes, ReasonEntry},
		"TLS by names that do not":                    {mismatch(egress.TLS, 443, false, "api.example.com", "evil.example.org"), Unknown, ReasonNoName},
		"TLS by a name that no entry has":             {mismatch(egress.TLS, 443, false, "evil.example.org"), Blocked, ReasonEntryNotGiven},
		"TLS by more names than are kept":             {mismatch(egress.TLS, 443, true, "evil.example.org"), Unknown, ReasonNoName},
		"HTTP by the Host that its client gave":       {mismatch(egress.HTTP, 80, false, "evil.example.org"), Blocked, ReasonEntryNotGiven},
		"TCP that may be TLS":                         {rowOf(egress.TCP, 443, "203.0.113.11", egress.NoName, "203.0.113.11"), Unknown, ReasonNoName},
		"TCP that may be TLS with its name":           {rowOf(egress.TCP, 443, "www.example.com", egress.NameProven, "203.0.113.10"), Unknown, ReasonNoName},
		"TCP to an address of an entry":               {rowOf(egress.TCP, 9000, "203.0.113.10", egress.NoName, "203.0.113.10"), Passes, ReasonEntry},
		"TCP that an entry let through":               {allowed, Passes, ReasonEntry},
		"TCP that an entry let through which is gone": {gone, Unknown, ReasonNoAddress},
		"TCP to another address":                      {rowOf(egress.TCP, 9000, "203.0.113.11", egress.NoName, "203.0.113.11"), Blocked, ReasonNoEntry},
		"TCP to one of two addresses":                 {rowOf(egress.TCP, 9000, "db.example.net", egress.NameProven, "203.0.113.10", "203.0.113.11"), Blocked, ReasonNoEntry},
		"TCP to more addresses":                       {more, Unknown, ReasonNoAddress},
		"TCP to a port without entries":               {rowOf(egress.TCP, 3306, "203.0.113.11", egress.NoName, "203.0.113.11"), Blocked, ReasonNoEntry},
		"TLS without an address":                      {rowOf(egress.TLS, 443, "www.example.com", egress.NameOfServer), Passes, ReasonEntry},
		"no port":                                     {rowOf(egress.TCP, 0, "203.0.113.11", egress.NoName, "203.0.113.11"), Unknown, ReasonNoPort},
		"an unknown workload":                         {other, Unknown, ReasonSource},
		"an overflow row":                             {overflow, Unknown, ReasonOverflow},
		"other ports":                                 {otherPorts, Unknown, ReasonOverflow},
		"an address that is none":                     {rowOf(egress.TLS, 443, "www.example.com", egress.NameOfServer, "nonsense"), Passes, ReasonEntry},
	} {
		t.Run(name, func(t *testing.T) {
			names := ProvenNames{netip.MustParseAddr("203.0.113.22"): {{Name: "evil.example.org"}}}
			v := judgeOf(t, Question{Resources: set, Mode: resources.RegistryOnly, ProvenNames: names}).Row(&c.row)
			assert.Equal(t, c.want, v.Outcome, "%+v", v)
			assert.Equal(t, c.reason, v.Reason)
			assert.Equal(t, strings.HasPrefix(name, "TCP to one of two") || strings.HasPrefix(name, "TCP to more"), v.Partly)
		})
	}
}

// Without entries on the port, the proxy looks at no name: what the log does not say does
// not matter.
func TestRowWithoutEntries(t *testing.T) {
	j := judgeOf(t, Question{Mode: resources.RegistryOnly})
	r := rowOf(egress.TCP, 443, "www.example.com", egress.NameClaimed, "203.0.113.10")
	assert.Equal(t, Blocked, j.Row(&r).Outcome)
	j = judgeOf(t, Question{Mode: resources.AllowAny})
	assert.Equal(t, Passes, j.Row(&r).Outcome)
}

func TestSummarize(t *testing.T) {
	set := read(t, entryOf("tls", "hosts: [www.example.com], resolution: DNS, "+portOf(443, "TLS")))
	blocked := func(r egress.Row) egress.Row {
		r.Decision = egress.Blocked
		return r
	}
	from := func(workload string, r egress.Row) egress.Row {
		r.Source.Workload = workload
		return r
	}
	www := rowOf(egress.TLS, 443, "www.example.com", egress.NameOfServer, "203.0.113.10")
	api := rowOf(egress.TLS, 443, "api.example.com", egress.NameOfServer, "203.0.113.11")
	judged := judgeOf(t, Question{Resources: set, Force: resources.RegistryOnly}).Rows([]egress.Row{
		from("ready", www), from("ready", blocked(api)),
		from("breaks", www), from("breaks", api), from("breaks", blocked(api)),
		from("breaks", rowOf(egress.TCP, 443, "203.0.113.12", egress.NoName, "203.0.113.12")),
		from("breaks", blocked(rowOf(egress.TLS, 443, "WWW.example.com", egress.NameOfServer, "203.0.113.10"))),
		from("opens", blocked(www)),
	})
	require.Len(t, judged, 8)
	want := []Summary{
		{Breaks: 1, Unknown: 1, Opens: 1},
		{Opens: 1, Ready: true},
		{Passes: 1, StaysBlocked: 1, Ready: true},
	}
	for i, workload := range []string{"breaks", "opens", "ready"} {
		want[i].Source = egress.Source{Namespace: "closed", Workload: workload, App: "batch"}
	}
	assert.Equal(t, want, Summarize(judged))
}

func TestOutcomeText(t *testing.T) {
	for o := range numOutcomes {
		text, err := json.Marshal(o)
		require.NoError(t, err)
		var again Outcome
		require.NoError(t, json.Unmarshal(text, &again))
		assert.Equal(t, o, again)
	}
	var o Outcome
	require.Error(t, o.UnmarshalText([]byte("maybe")))
	assert.Empty(t, numOutcomes.String())
}
