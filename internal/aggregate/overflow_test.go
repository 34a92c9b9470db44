// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// newBounded returns a state of so many series, in which a set of HTTP takes 20
// with its target, and one of TCP 4: the last overflow sets take 24. Other overflow
// sets take 3 and 4.
func newBounded(t *testing.T, maxSeries int) *State {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.MaxSeries = maxSeries
	require.Equal(t, 55, o.MinSeries())
	return New(o, 1)
}

// totals adds the requests, or closed connections, and durations of each set of labels.
func totals(n *Snapshot) map[string][2]int64 {
	all := map[string][2]int64{}
	for _, p := range n.Counters {
		if m := contract.SchemaIstio.Metrics()[p.Metric].Measure; m == contract.Requests || m == contract.ConnectionsClosed {
			v := all[fmt.Sprint(p.Set.Labels)]
			v[0] += p.Value
			all[fmt.Sprint(p.Set.Labels)] = v
		}
	}
	for _, p := range n.Histograms {
		if contract.SchemaIstio.Metrics()[p.Metric].Measure == contract.Duration {
			v := all[fmt.Sprint(p.Set.Labels)]
			v[1] += int64(p.Count)
			all[fmt.Sprint(p.Set.Labels)] = v
		}
	}
	return all
}

func service(name string) Label { return Label{"destination_service_name", name} }

func request(address string) Observation {
	return Observation{Values: Values{1, 1, 1, 1, 1}, Addresses: Addresses{address}}
}

func TestSetThatDoesNotFitOverflows(t *testing.T) {
	s := newBounded(t, 55+20) // 31 are reserved
	for _, app := range []string{"a", "b", "c", "a"} {
		apply(s, 1, keyOf(contract.HTTP, source, Label{"source_app", app}, service("shop")), request("192.0.2.1"))
	}
	assert.Equal(t, map[string][2]int64{
		"[{reporter source} {source_app a} {destination_service_name shop}]":               {2, 2},
		"[{reporter source} {source_app b} {destination_service_name shop}]":               {1, 1},
		"[{reporter source} {destination_service_name other} {otel_metric_overflow true}]": {1, 0},
		"[{reporter other} {destination_service_name other} {otel_metric_overflow true}]":  {0, 1},
	}, totals(snapshot(s, 2)), "the last overflow set has the histograms")
	assert.EqualValues(t, 1, s.Stats().Overflowed)
	assert.Equal(t, 2, s.Stats().Addresses, "an overflow set has no addresses")
	assert.Equal(t, 3*20+3, s.Stats().Committed)
}

func TestTargetThatDoesNotFitOverflowsWhole(t *testing.T) {
	s := newBounded(t, 31+20+2)
	key := keyOf(contract.HTTP, source, service("BlackHoleCluster"))
	for i := range 10 {
		apply(s, 1, key, request("192.0.2."+strconv.Itoa(i%5)))
	}
	assert.Equal(t, map[string][2]int64{
		"[{reporter source} {destination_service_name BlackHoleCluster}]":                             {6, 6},
		"[{reporter source} {destination_service_name BlackHoleCluster} {otel_metric_overflow true}]": {4, 0},
		"[{reporter other} {destination_service_name other} {otel_metric_overflow true}]":             {0, 4},
	}, totals(snapshot(s, 2)), "a record is not split")
	assert.EqualValues(t, 4, s.Stats().Overflowed)
}

// A record that overflows is counted in two sets, and is one that was not sent.
func TestOverflowIsUnsentOnce(t *testing.T) {
	for _, addressed := range []bool{true, false} {
		o := testOptions(contract.SchemaIstio)
		if !addressed {
			o.Metrics = slices.DeleteFunc(slices.Clone(o.Metrics), func(m Metric) bool { return m.Addressed })
		}
		s := New(o, 1)
		s.budget.accounts[ordinary].limit = 0
		apply(s, 1, keyOf(contract.HTTP, source, service("shop")), request("192.0.2.1"), request("192.0.2.2"))
		assert.EqualValues(t, 2, s.Stats().Overflowed)
		assert.EqualValues(t, 2, s.Unsent().Records)
	}
}

// workload is what a report says of a workload on one side.
func workload(side, name string) []Label {
	return []Label{{side + "_workload", name}, {side + "_workload_namespace", "ns"}}
}

func join(reporter string, parts ...[]Label) []Label {
	return append([]Label{{"reporter", reporter}}, slices.Concat(parts...)...)
}

// An overflow set keeps who reports, its peer, and the service, as far as there is
// room.
func TestOverflowKeeps(t *testing.T) {
	marked := Label{contract.OverflowLabel, contract.OverflowValue}
	app := Label{"source_app", "x"}
	shop, out := service("shop"), service("PassthroughCluster")
	client, server := workload("source", "sleep"), workload("destination", "web")
	for name, tc := range map[string]struct {
		in   []Label
		slot string    // label whose value has one
		full []account // accounts without room
		want []Label
	}{
		"outbound":                 {join("source", client, []Label{app}, server, []Label{shop}), "", nil, join("source", client, []Label{shop, marked})},
		"outbound, no room":        {join("source", client, []Label{app, shop}), "", []account{namedOverflow}, join("source", client, []Label{service(contract.Other), marked})},
		"outside":                  {join("source", client, []Label{app, out}), "", []account{namedOverflow, coarseOverflow}, join("source", client, []Label{out, marked})},
		"inbound":                  {join("destination", client, []Label{app}, server, []Label{shop}), "", nil, join("destination", client, server, []Label{shop, marked})},
		"inbound, claimed":         {join("destination", client, []Label{app}, server, []Label{shop}), contract.SourcePeer.SlotName(), nil, join("destination", server, []Label{shop, marked})},
		"inbound, no room":         {join("destination", client, []Label{app}, server, []Label{shop}), "", []account{namedOverflow}, join("destination", server, []Label{service(contract.Other), marked})},
		"waypoint":                 {join("waypoint", client, []Label{app}, server, []Label{shop}), "", nil, join("waypoint", client, server, []Label{shop, marked})},
		"no room for the reporter": {join("source", client, []Label{app, shop}), "", []account{namedOverflow, ownOverflow}, join("source", []Label{shop, marked})},
		"no room at all":           {join("source", client, []Label{app, out}), "", []account{namedOverflow, ownOverflow, coarseOverflow}, join(contract.Other, []Label{service(contract.Other), marked})},
	} {
		t.Run(name, func(t *testing.T) {
			for p, value := range map[contract.Protocol][2]int64{contract.HTTP: {1, 0}, contract.TCP: {1, 0}} {
				s := newBounded(t, 10_000)
				for _, k := range append(tc.full, ordinary) {
					s.budget.accounts[k].limit = 0
				}
				o := connection("192.0.2.1")
				if p == contract.HTTP {
					o = request("192.0.2.1")
				}
				var slots []Slot
				if tc.slot != "" {
					slots = []Slot{slotOf(tc.slot, 1, 1)}
				}
				applySlots(s, 1, keyOf(p, tc.in...), "i", slots, o)
				got := totals(snapshot(s, 2))
				counted := got[fmt.Sprint(tc.want)]
				assert.Equal(t, value[0], counted[0], got)
				sum := int64(0)
				for _, v := range got {
					sum += v[1]
				}
				assert.Equal(t, int64(1-p), sum, "the histograms are counted once")
			}
		})
	}
}

// A workload that floods takes nobody's place in the reserve, however many
// services and peers it names: those that come after it keep their names.
func TestNobodyUsesUpTheReserve(t *testing.T) {
	for _, reporter := range []string{"source", "destination"} {
		t.Run(reporter, func(t *testing.T) {
			s := newBounded(t, 10_000)
			side := "source"
			if reporter != "source" {
				side = "destination"
			}
			send := func(name, peer, to string) {
				labels := join(reporter, workload("source", name), workload("destination", peer), []Label{service(to)})
				if side == "destination" {
					labels = join(reporter, workload("source", peer), workload("destination", name), []Label{service(to)})
				}
				apply(s, 1, keyOf(contract.HTTP, labels...), request("192.0.2.1"))
				apply(s, 1, keyOf(contract.TCP, labels...), connection("192.0.2.1"))
			}
			for n := range 3000 {
				send("flood", fmt.Sprint("peer-", n), fmt.Sprint("service-", n))
				send("flood", fmt.Sprint("peer-", n), "BlackHoleCluster")
			}
			require.Positive(t, s.Stats().Overflowed)
			s.budget.accounts[ordinary].limit = 0 // no room for newcomers either
			const victims = 30                    // as many as have room for all four of their sets
			for n := range victims {
				send(fmt.Sprint("victim-", n), "web", "BlackHoleCluster")
				send(fmt.Sprint("victim-", n), "web", "shop")
			}
			send("flood", "yet another", "PassthroughCluster")
			assert.LessOrEqual(t, s.Stats().Committed, 10_000)
			seen := map[string]bool{}
			for _, p := range snapshot(s, 2).Counters {
				var names []string
				for _, l := range p.Set.Labels {
					if l.Name == side+"_workload" || l.Name == "destination_service_name" {
						names = append(names, l.Value)
					}
				}
				seen[strings.Join(names, " ")] = true
			}
			for n := range victims {
				assert.True(t, seen[fmt.Sprintf("victim-%d BlackHoleCluster", n)], n)
			}
			assert.True(t, seen["victim-0 shop"])
			if side == "source" {
				assert.True(t, seen["flood PassthroughCluster"], "nor does it hide itself")
			}
		})
	}
}

// What the overflow sets are too few for is counted in the last ones.
func TestOverflowSetsAreBounded(t *testing.T) {
	s := newBounded(t, 1000)
	const workloads = 500
	for range 2 {
		for n := range workloads {
			key := join("source", workload("source", strconv.Itoa(n)), []Label{service("BlackHoleCluster")})
			apply(s, 1, keyOf(contract.HTTP, key...), request("192.0.2.1"))
			apply(s, 1, keyOf(contract.TCP, key...), connection("192.0.2.1"))
		}
	}
	got := totals(snapshot(s, 2))
	last := "[{reporter other} {destination_service_name other} {otel_metric_overflow true}]"
	coarse := "[{reporter source} {destination_service_name BlackHoleCluster} {otel_metric_overflow true}]"
	assert.Positive(t, got[coarse][0])
	assert.Positive(t, got[last][1])
	var all [2]int64
	for _, v := range got {
		all[0] += v[0]
		all[1] += v[1]
	}
	assert.Equal(t, [2]int64{4 * workloads, 2 * workloads}, all)
	assert.LessOrEqual(t, s.Stats().Committed, 1000)
}

func TestOverflowSetOfALostValueEnds(t *testing.T) {
	s := newBounded(t, 24*30)
	s.budget.accounts[ordinary].limit = 0
	slots := func(term uint64) []Slot {
		return []Slot{slotOf("source_app", 1, 1), slotOf("destination_service_name", 7, term)}
	}
	app := Label{"source_app", "a"}
	applySlots(s, 1, keyOf(contract.TCP, source, app, service("shop")), "i", slots(1), connection("192.0.2.1"))
	assert.Len(t, s.slots.slots.entries, 1, "an overflow set keeps no app")
	collect(s, 10, 0, true, nil)
	applySlots(s, 11, keyOf(contract.TCP, source, app, service("bank")), "i", slots(2), connection("192.0.2.1"))
	n, _ := collect(s, 20, 0, true, nil)
	assert.Len(t, n.Counters, 8)
	assert.True(t, n.Counters[0].Ended)
	assert.Equal(t, 1, s.Stats().Sets)
}

func TestOverflowAllocatesNothing(t *testing.T) {
	s := newBounded(t, 55)
	var b Batch
	n := 0
	add := func() {
		b.Reset()
		n++
		b.Begin(Labels{Incarnation: "i"}, []Slot{slotOf("source_app", 1, 1)}, func(dst []byte) []byte {
			dst, _ = AppendLabel(AppendProtocol(dst, contract.HTTP), contract.SourceApp, [...]string{"a", "b", "c", "d"}[n%4])
			return dst
		})
		b.Add().Addresses[0] = "192.0.2.1"
		s.Apply(&b, 1)
	}
	for range 4 {
		add()
	}
	assert.Zero(t, testing.AllocsPerRun(20, add))
	assert.Positive(t, s.Stats().Overflowed)
}

func TestOverflowLabelIsReserved(t *testing.T) {
	assert.True(t, contract.IsReserved(contract.OverflowLabel))
}

func TestRoomIsGivenBack(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.MaxSeries, o.IdleTimeout = 55, idleTimeout
	s := New(o, 1)
	clock := int64(0)
	for i := range 20 {
		apply(s, clock+1, keyOf(contract.HTTP, Label{"source_app", strconv.Itoa(i)}), request("192.0.2.1"))
		collect(s, clock+2, clock, true, nil)
		clock += idleTimeout
		collect(s, clock, clock, true, nil)
	}
	assert.Zero(t, s.Stats().Overflowed)
}
