// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// to is a row of a workload `web` of namespace `shop`.
func to(name string, source NameSource, addresses ...string) Row {
	return Row{
		Key: Key{
			Source:      Source{Namespace: "shop", Workload: "web", App: "web"},
			Destination: name, NameSource: source, Port: 443, Traffic: TLS, Decision: Passed,
		},
		Counts:    Counts{Connections: 1, SentBytes: 10, ReceivedBytes: 20},
		FirstSeen: noon, LastSeen: noon, Addresses: addresses,
	}
}

func TestGrade(t *testing.T) {
	entry := proven(to("api.example.com", NameOfEntry, "203.0.113.1"))
	for _, tc := range []struct {
		name string
		row  Row
		want Grade
	}{
		{"an entry's host", entry, Proven},
		{"reverse DNS", to("host-1.example.net", NameOfReverseDNS, "203.0.113.1"), Proven},
		{"an address", to("203.0.113.1", NoName, "203.0.113.1"), Unnamed},
		{"a claim for an address that nobody else has", to("api.example.com", NameOfServer, "203.0.113.2"), Claimed},
		{"the proven name", to("api.example.com", NameOfHost, "203.0.113.1"), Claimed},
		{"the proven name in other letters", to("API.example.com.", NameOfHost, "203.0.113.1"), Claimed},
		{"another name", to("other.example.org", NameOfHost, "203.0.113.1"), Contradicted},
		{"another name, for one address of two", to("other.example.org", NameOfServer, "203.0.113.2", "203.0.113.1"), Contradicted},
		{"another name, learned from the client", to("other.example.org", NameClaimed, "203.0.113.1"), Contradicted},
		{"a source of a later version", to("x", NameSource(200), "203.0.113.1"), Unnamed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, NewIndex([]Row{entry, tc.row}).Grade(&tc.row))
		})
	}
	t.Run("reverse DNS contradicts nothing", func(t *testing.T) {
		claim := to("api.example.com", NameOfServer, "203.0.113.1")
		x := NewIndex([]Row{to("host-1.example.net", NameOfReverseDNS, "203.0.113.1"), claim})
		assert.Equal(t, Claimed, x.Grade(&claim))
	})
}

func TestRelate(t *testing.T) {
	claim := to("other.example.org", NameOfServer, "203.0.113.1")
	again := to("api.example.com", NameOfHost, "203.0.113.1")
	entry := proven(to("api.example.com", NameOfEntry, "203.0.113.1"))
	elsewhere := proven(to("cdn.example.net", NameOfEntry, "203.0.113.9"))
	x := NewIndex([]Row{claim, again, entry, elsewhere})

	related := x.Relate(&claim)
	assert.Equal(t, claim, related.Row)
	assert.Equal(t, Contradicted, related.Grade)
	assert.Equal(t, []string{"api.example.com"}, related.Contradictions)
	require.Len(t, related.OtherNames, 2)
	assert.Equal(t, OtherName{"api.example.com", NameOfEntry, entry.Source}, related.OtherNames[0], "the proven name comes first")
	assert.False(t, related.MoreNames)

	related = x.Relate(&entry)
	assert.Equal(t, Proven, related.Grade)
	assert.Empty(t, related.Contradictions)
	require.Len(t, related.OtherNames, 1)
	assert.Equal(t, "other.example.org", related.OtherNames[0].Name)
}

// A client that claims very many names for one address fills the list, and takes no
// place of a proven name.
func TestRelateManyClaims(t *testing.T) {
	var rows []Row
	for i := range 5_000 {
		rows = append(rows, to(strconv.Itoa(i)+".example.org", NameOfServer, "203.0.113.1"))
	}
	rows = append(rows, proven(to("api.example.com", NameOfEntry, "203.0.113.1")))
	x := NewIndex(rows)
	for i := range rows[:100] {
		related := x.Relate(&rows[i])
		assert.Equal(t, []string{"api.example.com"}, related.Contradictions)
		assert.Len(t, related.OtherNames, MaxOtherNames)
		assert.True(t, related.MoreNames)
	}
}

func TestMerge(t *testing.T) {
	a, b, other := to("api.example.com", NameOfServer, "203.0.113.1"), to("api.example.com", NameOfServer), to("b.example.com", NameOfServer)
	b.FirstSeen, b.LastSeen = noon.Add(-time.Hour), noon.Add(time.Hour)
	for i := range MaxAddresses {
		b.Addresses = append(b.Addresses, "203.0.113."+strconv.Itoa(i+1))
	}
	merged := Merge([]Row{a, other}, []Row{b})
	require.Len(t, merged, 2)
	assert.Equal(t, other, merged[1])
	assert.Equal(t, Counts{Connections: 2, SentBytes: 20, ReceivedBytes: 40}, merged[0].Counts)
	assert.Equal(t, b.FirstSeen, merged[0].FirstSeen)
	assert.Equal(t, b.LastSeen, merged[0].LastSeen)
	assert.Equal(t, b.Addresses, merged[0].Addresses)
	assert.False(t, merged[0].MoreAddresses)
	assert.Equal(t, []string{"203.0.113.1"}, a.Addresses, "the rows that came in stay")

	b.Addresses[0] = "198.51.100.1"
	assert.True(t, Merge([]Row{a}, []Row{b})[0].MoreAddresses)

	b.ProvenAddresses = 0b11
	merged = Merge([]Row{to("api.example.com", NameOfServer, "203.0.113.2", "203.0.113.3")}, []Row{b})
	assert.Equal(t, []string{"203.0.113.2", "203.0.113.3", "198.51.100.1"}, merged[0].Addresses[:3])
	assert.EqualValues(t, 0b101, merged[0].ProvenAddresses, "what is proven goes with its address")

	a.ClientNames, b.ClientNames = []string{"a.example", "b.example"}, []string{"c.example", "b.example", "d.example", "e.example"}
	merged = Merge([]Row{a}, []Row{b})
	assert.Equal(t, []string{"a.example", "b.example", "c.example", "d.example"}, merged[0].ClientNames)
	assert.True(t, merged[0].MoreClientNames)
	assert.Len(t, a.ClientNames, 2, "the rows that came in stay")
	assert.Empty(t, Merge())
}

func TestCountsSaturate(t *testing.T) {
	c := Counts{Requests: 1<<63 - 2}
	c.Add(Counts{Requests: 5, SentBytes: 7})
	assert.Equal(t, Counts{Requests: 1<<63 - 1, SentBytes: 7}, c)
}

func TestSelect(t *testing.T) {
	web := to("api.example.com", NameOfServer, "203.0.113.1")
	old := proven(to("b.example.com", NameOfEntry, "203.0.113.1"))
	old.Decision, old.Entry, old.FirstSeen, old.LastSeen = Allowed, "*.example.com", noon.Add(-48*time.Hour), noon.Add(-24*time.Hour)
	blocked := to("198.51.100.1", NoName, "198.51.100.1")
	blocked.Source = Source{Namespace: "bank", Workload: "batch"}
	blocked.Decision, blocked.Traffic, blocked.Port, blocked.SentBytes = Blocked, TCP, 9000, 0
	others := to("c.example.com", NameOfServer)
	others.Port, others.OtherPorts = 0, true
	x, withOthers := NewIndex([]Row{web, old, blocked}), NewIndex([]Row{web, others})
	assert.Equal(t, []*Row{&others}, withOthers.Select(Query{OtherPorts: true}))
	assert.Empty(t, x.Select(Query{OtherPorts: true}))

	for _, tc := range []struct {
		name string
		q    Query
		want []Row
	}{
		{"all, by key", Query{}, []Row{blocked, web, old}},
		{"all, backwards", Query{Descending: true}, []Row{old, web, blocked}},
		{"namespace", Query{Namespace: "shop"}, []Row{web, old}},
		{"workload", Query{Workload: "batch"}, []Row{blocked}},
		{"decision", Query{Decision: Blocked}, []Row{blocked}},
		{"traffic", Query{Traffic: TLS}, []Row{web, old}},
		{"port", Query{Port: 9000}, []Row{blocked}},
		{"grade", Query{Grade: Contradicted}, []Row{web}},
		{"new", Query{NewSince: noon.Add(-time.Hour)}, []Row{blocked, web}},
		{"new at this moment", Query{NewSince: noon}, []Row{blocked, web}},
		{"seen", Query{SeenSince: noon.Add(-30 * time.Hour)}, []Row{blocked, web, old}},
		{"part of a name", Query{Destination: "API."}, []Row{web}},
		{"part of an address", Query{Destination: "198.51"}, []Row{blocked}},
		{"text of a source", Query{Text: "BATCH"}, []Row{blocked}},
		{"text of an entry", Query{Text: "*."}, []Row{old}},
		{"by bytes", Query{Sort: BySentBytes}, []Row{blocked, web, old}},
		{"by first time, latest first", Query{Sort: ByFirstSeen, Descending: true}, []Row{web, blocked, old}},
		{"a column that nobody has", Query{Sort: "colour"}, []Row{blocked, web, old}},
		{"nothing", Query{Namespace: "shop", Decision: Blocked}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []Row
			for _, r := range x.Select(tc.q) {
				got = append(got, *r)
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestWords(t *testing.T) {
	row := to("api.example.com", NameOfServer, "203.0.113.1")
	text, err := json.Marshal(row)
	require.NoError(t, err)
	assert.JSONEq(t, `{"source": {"namespace": "shop", "workload": "web", "app": "web"}, "destination": "api.example.com",
		"name_source": "server_name", "port": 443, "traffic": "tls", "decision": "passed", "requests": 0, "connections": 1,
		"sent_bytes": 10, "received_bytes": 20, "first_seen": "2026-03-01T12:00:00Z", "last_seen": "2026-03-01T12:00:00Z",
		"addresses": ["203.0.113.1"]}`, string(text))
	var again Row
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, row, again)

	for _, bad := range []string{`{"decision": "maybe"}`, `{"traffic": "udp"}`, `{"name_source": "guessed"}`, `{"decision": 1}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &again), bad)
	}
	assert.Empty(t, Decision(200).String())
}

func TestParseColumn(t *testing.T) {
	for c := range compareBy {
		got, err := ParseColumn(string(c))
		require.NoError(t, err)
		assert.Equal(t, c, got)
	}
	_, err := ParseColumn("colour")
	require.EqualError(t, err, `no column to sort by is called "colour"`)
	got, err := ParseColumn("")
	require.NoError(t, err)
	assert.Equal(t, BySource, got)
	assert.True(t, slices.IsSortedFunc(Merge([]Row{to("b", NoName), to("a", NoName)}), func(a, b Row) int { return compareKeys(&a.Key, &b.Key) }))
}
