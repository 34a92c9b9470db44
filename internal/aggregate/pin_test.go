// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// Fields of pinned sets in these tests.
const (
	amount Field = iota
	seen
)

func pinnedOptions() Options {
	return Options{
		Schemas: []string{"pinned"},
		Metrics: []Metric{
			{Name: "amount_total", Field: amount, Divisor: 1},
			{Name: "first_seen", Kind: Minimum, Field: seen, Divisor: 1},
			{Name: "last_seen", Kind: Maximum, Field: seen, Divisor: 1},
		},
		Optional: [NumFields]bool{amount: true, seen: true},
		Pinned:   true,
	}
}

func counted(n, at int64) *Observation {
	o := &Observation{Values: NoValues}
	o.Values[amount], o.Values[seen] = n, at
	return o
}

var pinnedKey = keyOf(contract.HTTP, Label{"source_workload", "web"})

// gaugesOf has the values of gauges by the name of their metric.
func gaugesOf(o Options, n *Snapshot) map[string]int64 {
	values := map[string]int64{}
	for _, p := range n.Gauges {
		values[o.Metrics[p.Metric].Name] = p.Value
	}
	return values
}

func TestGauges(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	for _, at := range []int64{20, 10, 30, 25} {
		s.Count(set, counted(1, at), 1)
	}
	n, _ := collect(s, 10*ms, 0, true, nil)
	assert.Equal(t, map[string]int64{"first_seen": 10, "last_seen": 30}, gaugesOf(pinnedOptions(), n))
	require.Len(t, n.Counters, 1)
	assert.True(t, n.Counters[0].Zero)
	assert.Equal(t, 4, n.Points(), "gauges have no zero before them")
	assert.Equal(t, 3, s.Stats().Series)
}

func TestGaugeWithoutValueIsNoSeries(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	s.Count(set, counted(1, Absent), 1)
	n, _ := collect(s, 10*ms, 0, true, nil)
	assert.Empty(t, n.Gauges)
	assert.Equal(t, 1, s.Stats().Series)
}

func TestPinnedSetEndsWhenNobodyPinsIt(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	require.Same(t, set, s.Pin(Labels{}, pinnedKey))
	s.Count(set, counted(3, 7), 1)
	collect(s, 10*ms, 0, true, nil)

	assert.True(t, s.Unpin(set))
	n, _ := collect(s, 20*ms, 1<<60, true, nil)
	assert.False(t, n.Counters[0].Ended, "somebody pins it, however long it was idle")

	assert.False(t, s.Unpin(set))
	n, _ = collect(s, 30*ms, 1<<61, false, nil)
	assert.True(t, n.Counters[0].Ended)
	require.Len(t, n.Gauges, 2)
	for _, p := range n.Gauges {
		assert.True(t, p.Ended)
	}
	assert.False(t, set.Gone(), "its end was refused")

	collect(s, 40*ms, 1<<61, true, nil)
	assert.True(t, set.Gone())
	assert.Equal(t, 0, s.Stats().Series)
	again := s.Pin(Labels{}, pinnedKey)
	assert.NotSame(t, set, again)
	s.Count(again, counted(1, 9), 1)
	assert.Equal(t, []int64{1}, again.Totals(nil))
}

func TestPinBeforeTheEndGoesOn(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	s.Count(set, counted(3, 7), 1)
	collect(s, 10*ms, 0, true, nil)
	s.Unpin(set)
	require.Same(t, set, s.Pin(Labels{}, pinnedKey))
	n, _ := collect(s, 20*ms, 0, true, nil)
	assert.False(t, n.Counters[0].Ended)
	assert.Equal(t, int64(3), n.Counters[0].Value)
}

// What was not accepted does not end before it was.
func TestUnpinnedSetIsSentBeforeItEnds(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	s.Count(set, counted(3, 7), 1)
	s.Unpin(set)
	n, _ := collect(s, 10*ms, 0, true, nil)
	assert.False(t, n.Counters[0].Ended)
	assert.Equal(t, int64(3), n.Counters[0].Value)
	n, _ = collect(s, 20*ms, 0, true, nil)
	assert.True(t, n.Counters[0].Ended)
}

func TestCountBeforeIsNoIncrease(t *testing.T) {
	s := New(pinnedOptions(), 1)
	set := s.Pin(Labels{}, pinnedKey)
	s.CountBefore(set, counted(100, 7))
	assert.Zero(t, s.Unsent().Records)
	n, _ := collect(s, 10*ms, 0, true, nil)
	require.Len(t, n.Counters, 1)
	assert.False(t, n.Counters[0].Zero)
	assert.Equal(t, int64(100), n.Counters[0].Value)
}

func TestPinnedSetsAreRestored(t *testing.T) {
	o := pinnedOptions()
	s := New(o, 1)
	s.StartSaving()
	kept, left := s.Pin(Labels{}, pinnedKey), s.Pin(Labels{}, keyOf(contract.HTTP, Label{"source_workload", "gone"}))
	s.Count(kept, counted(3, 7), 1)
	s.Count(kept, counted(2, 5), 1)
	s.Count(left, counted(1, 8), 1)
	collect(s, 10*ms, 0, true, nil)
	var e state.Encoder
	require.True(t, s.BeginSave())
	for s.AppendUnsaved(&e, 1) {
	}
	var r Restorer
	require.NoError(t, r.Read(e.Bytes()))
	restored, lost, err := r.State(o, 20*ms)
	require.NoError(t, err)
	assert.Zero(t, lost)

	again := restored.Pin(Labels{}, pinnedKey)
	assert.Equal(t, []int64{5}, again.Totals(nil))
	n, _ := collect(restored, 30*ms, 0, true, nil)
	assert.Len(t, n.Counters, 2)
	n, _ = collect(restored, 40*ms, 0, true, nil)
	for _, p := range n.Counters {
		assert.Equal(t, p.Set != again, p.Ended, "nobody pinned it")
	}
	for _, p := range n.Gauges {
		if p.Set == again {
			assert.Equal(t, map[int]int64{1: 5, 2: 7}[p.Metric], p.Value)
		}
	}
}
