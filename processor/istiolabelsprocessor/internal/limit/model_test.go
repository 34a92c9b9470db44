// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// model knows what all answers of a limiter so far tell, and holds each new one
// against it.
type model struct {
	options *Options
	asked   map[string]int64
	want    Fallbacks
	// values are by slot and term, terms by slot.
	values map[slotTerm]string
	terms  map[uint32]uint64
	// changed is when slots changed hands, for each population, series what a
	// connector makes of it.
	changed [][]int64
	series  *series
}

type slotTerm struct {
	slot uint32
	term uint64
}

func newModel(o *Options) *model {
	return &model{
		options: o, asked: map[string]int64{}, values: map[slotTerm]string{}, terms: map[uint32]uint64{},
		want:    Fallbacks{Levels: make([]int64, o.RollUp.levels())},
		changed: make([][]int64, 1+o.RollUp.levels()),
		series:  newSeries(),
	}
}

// answer notes what an address was counted under.
func (m *model) answer(t *testing.T, asked string, got Resolved, now int64) {
	t.Helper()
	m.asked[asked]++
	m.series.count(got)
	m.fallback(asked, got.Value)
	if got.Term == 0 {
		require.Zero(t, got.Slot)
		require.True(t, got.Value == contract.Other || m.options.Networks[got.Value] != nil, got.Value)
		return
	}
	require.LessOrEqual(t, int(got.Slot), m.options.Limit)
	is := slotTerm{got.Slot, got.Term}
	if value, ok := m.values[is]; ok {
		require.Equal(t, value, got.Value, "in a term a slot has one value")
		require.Equal(t, m.terms[got.Slot], got.Term, "a term never comes back")
		return
	}
	require.Equal(t, m.terms[got.Slot]+1, got.Term, "terms grow by one")
	require.NotEqual(t, m.values[slotTerm{got.Slot, got.Term - 1}], got.Value, "a new term is another value's")
	m.values[is], m.terms[got.Slot] = got.Value, got.Term
	if got.Term > 1 {
		m.change(t, got.Slot, now)
	}
}

// change notes that a slot changed hands: a tenth of a population's do in 15 s at
// most.
func (m *model) change(t *testing.T, slot uint32, now int64) {
	t.Helper()
	first := uint32(1)
	for i, size := range m.options.sizes() {
		if slot -= first; slot >= uint32(size) {
			first = uint32(size)
			continue
		}
		m.changed[i] = append(m.changed[i], now)
		if before := len(m.changed[i]) - 1 - max(1, size/10); before >= 0 {
			require.GreaterOrEqual(t, now-m.changed[i][before], int64(15*time.Second))
		}
		return
	}
	require.Fail(t, "no such slot")
}

// changes is how many slots changed hands since a time.
func (m *model) changes(since int64) (n int) {
	for _, times := range m.changed {
		at, _ := slices.BinarySearch(times, since)
		n += len(times) - at
	}
	return n
}

func (m *model) fallback(asked, got string) {
	switch prefix, err := netip.ParsePrefix(got); {
	case got == asked:
	case m.options.Networks[got] != nil:
		m.want.Network++
	case err != nil:
		m.want.Other++
	case prefix.Addr().Is6():
		m.want.Levels[slices.Index(m.options.RollUp.IPv6, prefix.Bits())]++
	default:
		m.want.Levels[slices.Index(m.options.RollUp.IPv4, prefix.Bits())]++
	}
}

// check compares a limiter with the model.
func (m *model) check(t *testing.T, got Stats, distinct uint64) {
	t.Helper()
	require.Equal(t, m.want, got.Fallbacks)
	require.InEpsilon(t, len(m.asked), distinct, 0.03)
	require.LessOrEqual(t, got.Live, m.options.Limit)
	require.Equal(t, got.Admitted, int64(got.Live)+got.EvictedIdle+got.EvictedOutranked)
	require.GreaterOrEqual(t, got.Admitted, int64(len(m.values)), "some may have come back to their slots")
}

// series are those of one label, held the way that a connector holds them: a
// higher term of a slot ends those of lower terms, with the second flush after it.
type series struct {
	alive   map[string]*oneSeries
	terms   map[uint32]uint64
	ended   int64
	counted int64
}

type oneSeries struct {
	is     slotTerm
	count  int64
	ending bool
}

func newSeries() *series {
	return &series{alive: map[string]*oneSeries{}, terms: map[uint32]uint64{}}
}

func (s *series) count(r Resolved) {
	one := s.alive[r.Value]
	if one == nil {
		one = &oneSeries{}
		s.alive[r.Value] = one
	}
	one.is, one.ending = slotTerm{r.Slot, r.Term}, false
	one.count++
	s.counted++
	s.terms[r.Slot] = max(s.terms[r.Slot], r.Term)
}

func (s *series) flush() {
	for value, one := range s.alive {
		switch {
		case one.ending:
			s.ended += one.count
			delete(s.alive, value)
		case one.is.term < s.terms[one.is.slot]:
			one.ending = true
		}
	}
}

// bounded is how many values are shown that need a slot.
func (s *series) bounded() (n int) {
	for _, one := range s.alive {
		if one.is.term > 0 {
			n++
		}
	}
	return n
}

// total is what all series that ever lived add up to.
func (s *series) total() int64 {
	sum := s.ended
	for _, one := range s.alive {
		sum += one.count
	}
	return sum
}
