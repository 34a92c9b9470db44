// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const (
	second = int64(time.Second)
	noon   = 1_772_366_400 * second
)

var options = Options{MaxRows: 1000, Retention: 30 * 24 * time.Hour, ContactsPerSecond: 10}

// connection of a workload to a host.
func connection(namespace, workload, host string) *Observation {
	return &Observation{
		Key: egress.Key{
			Source:      egress.Source{Namespace: namespace, Workload: workload, App: workload},
			Destination: host, NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts:  egress.Counts{Connections: 1, SentBytes: 10, ReceivedBytes: 20},
		Address: "203.0.113.1", Time: noon,
	}
}

// total of all rows.
func total(rows []egress.Row) (c egress.Counts) {
	for i := range rows {
		c.Add(rows[i].Counts)
	}
	return c
}

func TestAdd(t *testing.T) {
	l := New(options)
	o := connection("shop", "web", "api.example.com")
	require.Equal(t, []Contact{{Key: o.Key, Address: "203.0.113.1", Time: noon}}, l.Add(o, nil))
	o.Time, o.Address = noon+5*second, "203.0.113.2"
	assert.Empty(t, l.Add(o, nil))
	o.Time = noon + second // a clock that was set back
	assert.Empty(t, l.Add(o, nil))

	assert.Equal(t, []egress.Row{{
		Key:       o.Key,
		Counts:    egress.Counts{Connections: 3, SentBytes: 30, ReceivedBytes: 60},
		FirstSeen: time.Unix(0, noon).UTC(), LastSeen: time.Unix(0, noon+5*second).UTC(),
		Days: egress.FirstDay, Addresses: []string{"203.0.113.1", "203.0.113.2"},
	}}, l.Rows())
	assert.Equal(t, Stats{Rows: 1}, l.Stats())
}

// Each part of a key makes another row.
func TestKeys(t *testing.T) {
	l := New(options)
	var contacts []Contact
	for _, change := range []func(k *egress.Key){
		func(*egress.Key) {},
		func(k *egress.Key) { k.Source.Namespace = "bank" },
		func(k *egress.Key) { k.Source.Workload = "batch" },
		func(k *egress.Key) { k.Source.App = "other" },
		func(k *egress.Key) { k.Destination = "b.example.com" },
		func(k *egress.Key) { k.NameSource = egress.NameOfEntry },
		func(k *egress.Key) { k.Port = 80 },
		func(k *egress.Key) { k.Traffic = egress.HTTP },
		func(k *egress.Key) { k.Decision = egress.Blocked },
		func(k *egress.Key) { k.Entry = "*.example.com" },
	} {
		o := connection("shop", "web", "api.example.com")
		change(&o.Key)
		contacts = l.Add(o, contacts)
		assert.Equal(t, o.Key, contacts[len(contacts)-1].Key)
	}
	assert.Len(t, contacts, 10)
	assert.Len(t, l.Rows(), 10)
}

func TestAddresses(t *testing.T) {
	l := New(options)
	for i := range egress.MaxAddresses + 1 {
		for range 2 {
			o := connection("shop", "web", "api.example.com")
			o.Address = "203.0.113." + strconv.Itoa(i)
			l.Add(o, nil)
			r := l.Rows()[0]
			assert.Len(t, r.Addresses, min(i+1, egress.MaxAddresses))
			assert.Equal(t, i == egress.MaxAddresses, r.MoreAddresses)
		}
	}
}

// A workload that goes everywhere leaves places for others, and its own traffic
// beyond its share is in its overflow rows.
func TestGreedyWorkload(t *testing.T) {
	l := New(options)
	var contacts []Contact
	for i := range 5000 {
		contacts = l.Add(connection("shop", "scan", strconv.Itoa(i)+".example.org"), contacts[:0])
	}
	blocked := connection("shop", "scan", "blocked.example.org")
	blocked.Key.Decision = egress.Blocked
	contacts = l.Add(blocked, contacts[:0])
	require.Len(t, contacts, 1, "that an overflow row begins is told, however much was told")
	assert.True(t, contacts[0].Key.Overflow)
	assert.Equal(t, egress.Blocked, contacts[0].Key.Decision)
	assert.Equal(t, "scan", contacts[0].Key.Source.Workload)

	for _, other := range []*Observation{connection("shop", "web", "api.example.com"), connection("bank", "web", "api.example.com")} {
		contacts = l.Add(other, contacts[:0])
		require.Len(t, contacts, 1)
		assert.Equal(t, other.Key, contacts[0].Key)
	}
	rows := l.Rows()
	assert.Equal(t, egress.Counts{Connections: 5003, SentBytes: 50030, ReceivedBytes: 100060}, total(rows))
	assert.LessOrEqual(t, len(rows), options.MaxRows)
	at := slices.IndexFunc(rows, func(r egress.Row) bool { return r.Overflow && r.Decision == egress.Blocked })
	assert.EqualValues(t, 1, rows[at].Connections)
	assert.Empty(t, rows[at].Addresses)
}

// Somebody who calls itself another workload each time takes no place of another
// namespace, and memory does not grow.
func TestInventedWorkloads(t *testing.T) {
	l := New(options)
	for i := range 20_000 {
		l.Add(connection("closed", "w"+strconv.Itoa(i), "example.org"), nil)
	}
	contacts := l.Add(connection("shop", "web", "api.example.com"), nil)
	require.Len(t, contacts, 1)
	assert.False(t, contacts[0].Key.Overflow)
	assert.LessOrEqual(t, len(l.workloads), options.MaxRows)
	assert.EqualValues(t, 20_001, total(l.Rows()).Connections)

	l = New(options)
	for i := range 20_000 {
		l.Add(connection("n"+strconv.Itoa(i), "web", "example.org"), nil)
	}
	assert.LessOrEqual(t, len(l.workloads), options.MaxRows)
	assert.LessOrEqual(t, len(l.Rows()), options.MaxRows)
	assert.EqualValues(t, 20_000, total(l.Rows()).Connections)
}

func TestContactsAreBounded(t *testing.T) {
	l := New(options)
	var contacts []Contact
	for i := range 50 {
		contacts = l.Add(connection("shop", "web", strconv.Itoa(i)+".example.com"), contacts)
	}
	assert.Len(t, contacts, options.ContactsPerSecond)
	assert.EqualValues(t, 40, l.Stats().ContactsNotTold)
	assert.Len(t, l.Add(connection("shop", "batch", "a.example.com"), nil), 1, "another workload")

	next := connection("shop", "web", "next.example.com")
	next.Time += second
	contacts = l.Add(next, nil)
	require.Len(t, contacts, 1)
	assert.EqualValues(t, 40, contacts[0].NotTold)

	back := connection("shop", "web", "back.example.com")
	back.Time -= 6 * 3600 * second
	assert.Len(t, l.Add(back, nil), 1, "the clock was set back")
}

func TestExpire(t *testing.T) {
	l := New(options)
	for i := range 3000 {
		l.Add(connection("shop", "w"+strconv.Itoa(i%7), strconv.Itoa(i)+".example.com"), nil)
	}
	later := connection("shop", "w0", "0.example.com")
	later.Time = noon + 1
	l.Add(later, nil)

	retention := options.Retention.Nanoseconds()
	l.Expire(noon + retention)
	before := l.Stats()
	assert.Zero(t, before.Expired)
	l.Expire(noon + retention + 1)
	assert.Equal(t, 1, l.Stats().Rows)
	assert.EqualValues(t, before.Rows-1, l.Stats().Expired)
	l.Expire(noon + retention + 2)
	left := &Ledger{options: options, places: l.places, workloads: l.workloads, others: l.others}
	assert.Equal(t, New(options), left, "nothing is left")
}

// Whatever comes in any order: every count is in exactly one row, bounds hold, places
// are what rows have, and a ledger made from its rows has the same rows.
func TestRandomTraffic(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 2))
		o := options
		o.MaxRows = MinRows + random.IntN(300)
		l, want := saved(o), egress.Counts{}
		expired := egress.Counts{}
		now := noon
		for range 5000 {
			now += random.Int64N(10 * 60 * second)
			ob := connection("n"+strconv.Itoa(random.IntN(4)), "w"+strconv.Itoa(random.IntN(1<<random.IntN(8))), strconv.Itoa(random.IntN(1<<random.IntN(9))))
			ob.Time = now
			ob.Key.Decision = []egress.Decision{egress.Blocked, egress.Passed, egress.Allowed}[random.IntN(3)]
			ob.Key.Port = uint16(1 + random.IntN(1<<random.IntN(9)))
			l.Add(ob, nil)
			want.Add(ob.Counts)
			if random.IntN(100) == 0 {
				before := total(l.Rows())
				l.Expire(now + random.Int64N(o.Retention.Nanoseconds()))
				after := total(l.Rows())
				expired.Connections += before.Connections - after.Connections
			}
		}
		rows := l.Rows()
		require.LessOrEqual(t, len(rows), o.MaxRows)
		require.Equal(t, want.Connections, total(rows).Connections+expired.Connections)
		require.Equal(t, len(rows), l.Stats().Rows)

		again := restore(t, o, save(l, 100)).Rows()
		require.Equal(t, total(rows), total(again))
		require.LessOrEqual(t, len(again), o.MaxRows)
	}
}

func TestKnownRowsAllocateNothing(t *testing.T) {
	l := New(options)
	o := connection("shop", "web", "api.example.com")
	l.Add(o, nil)
	assert.Zero(t, testing.AllocsPerRun(100, func() { l.Add(o, nil) }))
}
