// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

func read(t *testing.T, specs ...string) resources.Set {
	t.Helper()
	var all []byte
	for i, s := range specs {
		all = fmt.Appendf(all, "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: e%d, namespace: shop}\nspec: %s\n", i, s)
	}
	set := resources.Read("", all, "")
	require.Empty(t, set.Problems)
	require.Len(t, set.ServiceEntries, len(specs))
	return set
}

func port(number int, protocol string) string {
	return fmt.Sprintf("ports: [{number: %d, name: p, protocol: %q}]", number, protocol)
}

func TestHolesOfEntries(t *testing.T) {
	own := "exportTo: ['.']"
	for spec, want := range map[string]Kind{
		"{hosts: [a.b], " + own + ", resolution: NONE, " + port(443, "TCP") + "}":                                                          AnyAddress,
		"{hosts: [a.b], " + own + ", resolution: NONE, addresses: [0.0.0.0/0], " + port(443, "TCP") + "}":                                  AnyAddress,
		"{hosts: [a.b], " + own + ", resolution: NONE, " + port(443, "") + "}":                                                             AnyAddress,
		"{hosts: [a.b], " + own + ", resolution: DNS, " + port(443, "TCP") + "}":                                                           TakesOver,
		"{hosts: [a.b], " + own + ", resolution: STATIC, endpoints: [{address: 1.2.3.4}], " + port(443, "mysql") + "}":                     TakesOver,
		"{hosts: [a.b], " + own + ", location: MESH_INTERNAL, resolution: DNS, " + port(443, "TCP") + "}":                                  TakesOver,
		"{hosts: ['*.a.b'], " + own + ", resolution: NONE, " + port(443, "TLS") + "}":                                                      ForgedWildcard,
		"{hosts: ['*.a.b'], " + own + ", resolution: NONE, " + port(80, "HTTP") + "}":                                                      ForgedWildcard,
		"{hosts: [a.b], " + own + ", resolution: NONE, " + port(443, "HTTPS") + "}":                                                        ForgedName,
		"{hosts: [a.b], " + own + ", resolution: NONE, addresses: [1.2.3.4], " + port(80, "HTTP") + "}":                                    ForgedName,
		"{hosts: [a.b], " + own + ", resolution: NONE, addresses: [1.2.3.4], " + port(443, "TLS") + "}":                                    ServerNameIgnored,
		"{hosts: [a.b], " + own + ", resolution: DNS, addresses: [1.2.3.4], " + port(443, "TLS") + "}":                                     ServerNameIgnored,
		"{hosts: [a.b], resolution: DNS, " + port(443, "TLS") + "}":                                                                        ExportedToAll,
		"{hosts: [a.b], exportTo: ['*'], resolution: DNS, " + port(443, "TLS") + "}":                                                       ExportedToAll,
		"{hosts: [a.invalid], exportTo: ['*'], resolution: STATIC, " + port(80, "HTTP") + "}":                                              "",
		"{hosts: [a.b], " + own + ", resolution: DNS, " + port(443, "TLS") + "}":                                                           "",
		"{hosts: [a.b], " + own + ", resolution: DNS, " + port(80, "HTTP") + "}":                                                           "",
		"{hosts: ['*.a.b'], " + own + ", resolution: DYNAMIC_DNS, " + port(443, "TLS") + "}":                                               "",
		"{hosts: [a.b], " + own + ", resolution: NONE, addresses: [1.2.3.0/24], " + port(443, "TLS") + "}":                                 "",
		"{hosts: [a.b], " + own + ", resolution: NONE, addresses: [1.2.3.4], " + port(9000, "TCP") + "}":                                   "",
		"{hosts: [a.b], " + own + ", resolution: STATIC, addresses: [1.2.3.4], endpoints: [{address: 1.2.3.4}], " + port(80, "HTTP") + "}": "",
		"{hosts: [a.b], " + own + ", resolution: NONE, " + port(443, "UDP") + "}":                                                          "",
	} {
		set := read(t, spec)
		holes := Find(&set, nil, nil)
		if want == "" {
			assert.Empty(t, holes, spec)
			continue
		}
		if assert.Len(t, holes, 1, spec) {
			assert.Equal(t, want, holes[0].Kind, spec)
			assert.Equal(t, set.ServiceEntries[0].ID(), holes[0].Entry)
			assert.NotEmpty(t, holes[0].Text)
			assert.NotEmpty(t, holes[0].Close)
			assert.False(t, holes[0].Used)
		}
	}
	for _, k := range kinds {
		assert.Contains(t, words, k)
	}
	assert.Len(t, words, len(kinds))
}

// Two entries that are tight alone: together they open the port.
func TestThePairThatOpensAPort(t *testing.T) {
	tls := "{hosts: [www.a.b], exportTo: ['.'], resolution: DNS, " + port(443, "TLS") + "}"
	set := read(t, tls, "{hosts: [api.a.b], exportTo: [shop], resolution: NONE, "+port(443, "TCP")+"}")
	holes := Find(&set, nil, nil)
	require.Len(t, holes, 1)
	assert.Equal(t, OpensPort, holes[0].Kind)
	assert.Equal(t, []resources.ID{set.ServiceEntries[0].ID()}, holes[0].Others)

	// No namespace sees both.
	set = read(t, tls, "{hosts: [api.a.b], exportTo: [other], resolution: NONE, "+port(443, "TCP")+"}")
	holes = Find(&set, nil, nil)
	require.Len(t, holes, 1)
	assert.Equal(t, AnyAddress, holes[0].Kind)

	// UDP on the same number is another port.
	set = read(t, "{hosts: [www.a.b], exportTo: ['.'], resolution: DNS, "+port(443, "UDP")+"}",
		"{hosts: [api.a.b], exportTo: [shop], resolution: NONE, "+port(443, "TCP")+"}")
	holes = Find(&set, nil, nil)
	require.Len(t, holes, 1)
	assert.Equal(t, AnyAddress, holes[0].Kind)
}

func row(workload, entry, destination string, source egress.NameSource, addresses ...string) egress.Row {
	return egress.Row{
		Key: egress.Key{
			Source: egress.Source{Namespace: "shop", Workload: workload}, Destination: destination, NameSource: source,
			Port: 443, Traffic: egress.TLS, Decision: egress.Allowed, Entry: entry,
		},
		Counts: egress.Counts{Connections: 2}, LastSeen: time.Unix(1, 0), Addresses: addresses,
	}
}

func TestUsers(t *testing.T) {
	set := read(t,
		"{hosts: [api.a.b], exportTo: ['.'], resolution: NONE, "+port(443, "TCP")+"}",
		"{hosts: [www.a.b], resolution: DNS, "+port(443, "TLS")+"}",
	)
	names := whatif.ProvenNames{
		netip.MustParseAddr("1.1.1.1"): {{Name: "evil.example"}},
		netip.MustParseAddr("2.2.2.2"): {{Name: "api.a.b"}},
		netip.MustParseAddr("4.4.4.4"): {{Name: "evil.example", By: egress.Witnesses{"evil": {"a": true, "b": true}}}},
		netip.MustParseAddr("5.5.5.5"): {{Name: "evil.example", By: egress.Witnesses{"shop": {"witness": true}}}},
	}
	rows := []egress.Row{
		row("good", "api.a.b", "api.a.b", egress.NameOfEntry, "2.2.2.2"),
		row("bad", "api.a.b", "evil.example", egress.NameOfServer, "3.3.3.3"),
		row("sly", "api.a.b", "api.a.b", egress.NameOfEntry, "1.1.1.1"),
		row("good", "WWW.a.b", "www.a.b", egress.NameOfServer, "1.1.1.1"),
		row("odd", "gone.a.b", "evil.example", egress.NameOfServer),
		row("calm", "api.a.b", "api.a.b", egress.NameOfEntry, "4.4.4.4", "5.5.5.5"),
		row("witness", "api.a.b", "api.a.b", egress.NameOfEntry, "5.5.5.5"),
	}
	blocked := row("none", "", "evil.example", egress.NameOfServer)
	blocked.Decision = egress.Blocked
	other := row("far", "www.a.b", "www.a.b", egress.NameOfServer)
	other.Source.Namespace = "far"
	holes := Find(&set, append(rows, blocked, other), names)
	byKind := map[Kind]Hole{}
	for _, h := range holes {
		byKind[h.Kind] = h
	}
	require.Len(t, byKind, 3)

	opens := byKind[OpensPort]
	assert.True(t, opens.Used)
	require.Len(t, opens.Users, 5)
	assert.Equal(t, User{
		Source: egress.Source{Namespace: "shop", Workload: "bad"}, Beyond: true,
		Destinations: []string{"evil.example"}, Total: 2, LastSeen: time.Unix(1, 0),
	}, opens.Users[0])
	assert.Equal(t, []string{"1.1.1.1"}, opens.Users[1].Destinations)
	assert.Equal(t, "witness", opens.Users[2].Source.Workload)
	assert.True(t, opens.Users[2].Beyond)
	assert.Equal(t, "calm", opens.Users[3].Source.Workload)
	assert.False(t, opens.Users[3].Beyond, "one stranger alone says whose address it is")
	assert.Equal(t, "good", opens.Users[4].Source.Workload)
	assert.False(t, opens.Users[4].Beyond)

	all := byKind[ExportedToAll]
	assert.False(t, all.Used)
	require.Len(t, all.Users, 1)
	assert.Equal(t, "far", all.Users[0].Source.Workload)

	gone := byKind[OtherName]
	assert.True(t, gone.Used)
	assert.Equal(t, "gone.a.b", gone.Host)
	assert.Zero(t, gone.Entry)
	require.Len(t, gone.Users, 1)
	assert.Equal(t, "odd", gone.Users[0].Source.Workload)

	assert.True(t, holes[0].Used)
	assert.False(t, holes[len(holes)-1].Used)
}

// With the settings as shipped a row to an entry has the entry's own host. What clients
// named stands beside it, and is the evidence.
func TestClientNames(t *testing.T) {
	set := read(t, "{hosts: [api.a.b], exportTo: ['.'], resolution: NONE, "+port(443, "TCP")+"}")
	good := row("web", "api.a.b", "api.a.b", egress.NameOfEntry)
	bad := row("web", "api.a.b", "api.a.b", egress.EntryMismatch, "203.0.113.1")
	bad.ClientNames = []string{"evil.example", "worse.example"}
	bad.Connections = 7
	tooMany := row("other", "api.a.b", "other", egress.NoName)
	tooMany.ClientNames = []string{"evil.example"}

	holes := Find(&set, []egress.Row{good}, nil)
	require.Len(t, holes, 1)
	assert.False(t, holes[0].Used)

	holes = Find(&set, []egress.Row{good, bad, tooMany}, nil)
	require.Len(t, holes, 1)
	assert.Equal(t, AnyAddress, holes[0].Kind)
	assert.True(t, holes[0].Used)
	require.Len(t, holes[0].Users, 2)
	assert.Equal(t, User{
		Source: egress.Source{Namespace: "shop", Workload: "other"}, Beyond: true,
		Destinations: []string{"evil.example"}, Total: 2, LastSeen: time.Unix(1, 0),
	}, holes[0].Users[0])
	assert.Equal(t, User{
		Source: egress.Source{Namespace: "shop", Workload: "web"}, Beyond: true,
		Destinations: []string{"evil.example", "worse.example", "api.a.b"}, Total: 9, LastSeen: time.Unix(1, 0),
	}, holes[0].Users[1], "those beyond first")

	none := resources.Set{}
	holes = Find(&none, []egress.Row{good, bad}, nil)
	require.Len(t, holes, 1, "the traffic alone tells it")
	assert.Equal(t, OtherName, holes[0].Kind)
	assert.Equal(t, "api.a.b", holes[0].Host)
	assert.Equal(t, int64(7), holes[0].Users[0].Total, "what named the entry's host is not among it")
}

// A row of other ports concerns each port of its entry. It is evidence for none, if the
// entry has several: then a hole of its own has it.
func TestOtherPorts(t *testing.T) {
	const head, tail = "{hosts: [api.a.b], exportTo: ['.'], resolution: NONE, ports: [{number: 443, name: a, protocol: TCP}", "]}"
	others := row("web", "api.a.b", "evil.example", egress.NameOfServer)
	others.Port, others.OtherPorts = 0, true
	unknown := row("web", "api.a.b", "evil.example", egress.NameOfServer)
	unknown.Port = 0
	for _, tc := range []struct {
		name, spec string
		rows       []egress.Row
		want       []string
	}{
		{"one port", head + tail, []egress.Row{others}, []string{"any_address 443 used by 1"}},
		{
			"several ports", head + ", {number: 8443, name: b, protocol: TCP}" + tail,
			[]egress.Row{others},
			[]string{"other_name other used by 1", "any_address 443 by 1", "any_address 8443 by 1"},
		},
		{
			"a port that is not known", head + ", {number: 8443, name: b, protocol: TCP}" + tail,
			[]egress.Row{others, unknown},
			[]string{"other_name  used by 1", "other_name other used by 1", "any_address 443 by 1", "any_address 8443 by 1"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			set := read(t, tc.spec)
			var got []string
			for _, h := range Find(&set, tc.rows, nil) {
				used := ""
				if h.Used {
					used = " used"
				}
				got = append(got, fmt.Sprintf("%s %s%s by %d", h.Kind, h.PortText(), used, len(h.Users)))
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestUsersAreBounded(t *testing.T) {
	set := read(t, "{hosts: [api.a.b], exportTo: ['.'], resolution: NONE, "+port(443, "TCP")+"}")
	var rows []egress.Row
	for i := range MaxUsers + 1 {
		for n := range MaxDestinations + 1 {
			rows = append(rows, row(fmt.Sprint("w", i), "api.a.b", fmt.Sprint("n", n, ".example"), egress.NameOfServer))
		}
	}
	holes := Find(&set, rows, nil)
	require.Len(t, holes, 1)
	assert.Len(t, holes[0].Users, MaxUsers)
	assert.True(t, holes[0].MoreUsers)
	assert.Len(t, holes[0].Users[0].Destinations, MaxDestinations)
	assert.Equal(t, int64(2*(MaxDestinations+1)), holes[0].Users[0].Total)
}
