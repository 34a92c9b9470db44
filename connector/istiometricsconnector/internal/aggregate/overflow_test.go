package aggregate

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// newBounded returns a state of so many series, in which a set of HTTP takes 20
// with its target, and one of TCP 4: the last overflow sets take 24.
func newBounded(t *testing.T, maxSeries int) *State {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.MaxSeries = maxSeries
	require.Equal(t, 48, o.MinSeries())
	return New(o)
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
	s := newBounded(t, 48+20) // 24 are reserved
	for _, app := range []string{"a", "b", "c", "a"} {
		apply(s, 1, keyOf(contract.HTTP, source, Label{"source_app", app}, service("shop")), request("192.0.2.1"))
	}
	assert.Equal(t, map[string][2]int64{
		"[{reporter source} {source_app a} {destination_service_name shop}]":              {2, 2},
		"[{reporter source} {source_app b} {destination_service_name shop}]":              {1, 1},
		"[{reporter other} {destination_service_name other} {otel_metric_overflow true}]": {1, 1},
	}, totals(snapshot(s, 2)))
	assert.EqualValues(t, 1, s.Stats().Overflowed)
	assert.Equal(t, 2, s.Stats().Addresses, "an overflow set has no addresses")
	assert.Equal(t, 3*20, s.Stats().Committed)
}

func TestTargetThatDoesNotFitOverflowsWhole(t *testing.T) {
	s := newBounded(t, 24+20+2)
	key := keyOf(contract.HTTP, source, service("shop"))
	for i := range 10 {
		apply(s, 1, key, request("192.0.2."+strconv.Itoa(i%5)))
	}
	assert.Equal(t, map[string][2]int64{
		"[{reporter source} {destination_service_name shop}]":                             {6, 6},
		"[{reporter other} {destination_service_name other} {otel_metric_overflow true}]": {4, 4},
	}, totals(snapshot(s, 2)), "a record is not split")
	assert.EqualValues(t, 4, s.Stats().Overflowed)
}

func TestOverflowSetsAreBounded(t *testing.T) {
	s := newBounded(t, 24*30)          // 72 are reserved: 24 for the last sets, 40 for two of HTTP, 8 for two of TCP
	for i := range (24*30 - 72) / 20 { // and all others are taken
		apply(s, 1, keyOf(contract.HTTP, Label{"source_app", strconv.Itoa(i)}), request(""))
	}
	apply(s, 1, keyOf(contract.TCP, Label{"source_app", "x"}), connection(""), connection("192.0.2.1"))
	for range 2 {
		for _, name := range []string{"a", "b", "c", "d"} {
			apply(s, 1, keyOf(contract.HTTP, source, service(name)), request("192.0.2.1"))
			apply(s, 1, keyOf(contract.TCP, service(name)), connection("192.0.2.1"))
		}
	}
	want := map[string][2]int64{
		"[{reporter source} {destination_service_name a} {otel_metric_overflow true}]": {2, 2},
		"[{reporter source} {destination_service_name b} {otel_metric_overflow true}]": {2, 2},
		"[{destination_service_name a} {otel_metric_overflow true}]":                   {2, 0},
		"[{destination_service_name b} {otel_metric_overflow true}]":                   {2, 0},
		// Four requests and four connections: one last set for each.
		"[{reporter other} {destination_service_name other} {otel_metric_overflow true}]": {8, 4},
	}
	got := totals(snapshot(s, 2))
	for labels, value := range want {
		assert.Equal(t, value, got[labels], labels)
	}
	assert.LessOrEqual(t, s.Stats().Committed, 24*30)
}

func TestOverflowSetOfALostValueEnds(t *testing.T) {
	s := newBounded(t, 24*30)
	s.budget.accounts[ordinary].limit = 0
	key := keyOf(contract.TCP, source, Label{"source_app", "a"}, service("shop"))
	var b Batch
	*b.Add(b.PutKey(1<<2, func(dst []byte) []byte { return append(dst, key...) })) = connection("192.0.2.1")
	s.Apply(&b, 1)
	lost := service("shop")
	collect(s, 10, 0, true, nil, lost)
	n, c := collect(s, 20, 0, true, nil, lost)
	assert.Len(t, n.Counters, 4)
	assert.False(t, c.Left(lost))
	assert.Zero(t, s.Stats().Sets)
}

func TestOverflowAllocatesNothing(t *testing.T) {
	s := newBounded(t, 48)
	var b Batch
	n := 0
	add := func() {
		b.Reset()
		n++
		ref := b.PutKey(0, func(dst []byte) []byte {
			dst, _ = AppendLabel(AppendProtocol(dst, contract.HTTP), contract.SourceApp, [...]string{"a", "b", "c", "d"}[n%4])
			return dst
		})
		b.Add(ref).Addresses[0] = "192.0.2.1"
		s.Apply(&b, 1)
	}
	for range 4 {
		add()
	}
	assert.Zero(t, testing.AllocsPerRun(20, add))
	assert.Positive(t, s.Stats().Overflowed)
}

func TestOverflowLabelIsReserved(t *testing.T) {
	assert.True(t, contract.IsReserved(overflowLabel))
}

func TestRoomIsGivenBack(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.MaxSeries, o.IdleTimeout = 48, idleTimeout
	s := New(o)
	clock := int64(0)
	for i := range 20 {
		apply(s, clock+1, keyOf(contract.HTTP, Label{"source_app", strconv.Itoa(i)}), request("192.0.2.1"))
		collect(s, clock+2, clock, true, nil)
		clock += idleTimeout
		collect(s, clock, clock, true, nil)
	}
	assert.Zero(t, s.Stats().Overflowed)
}
