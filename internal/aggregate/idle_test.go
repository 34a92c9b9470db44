// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const idleTimeout = 100

func newIdling(t *testing.T) *State {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = idleTimeout
	return New(o, 1)
}

func TestIdleSeriesEnd(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.2"))
	for _, step := range []struct {
		clock       int64
		again       bool // 192.0.2.2 is met again
		live, ended []string
	}{
		{0, false, []string{"192.0.2.1", "192.0.2.2"}, nil},
		{99, true, []string{"192.0.2.1", "192.0.2.2"}, nil},
		{100, false, []string{"192.0.2.2"}, []string{"192.0.2.1"}},
		{101, false, []string{"192.0.2.2"}, nil},
		{199, false, nil, []string{"192.0.2.2"}},
		{200, false, nil, nil},
	} {
		if step.again {
			apply(s, 50, key, connection("192.0.2.2"))
		}
		n, _ := collect(s, 1000+step.clock, step.clock, true, nil)
		live, ended := ends(n)
		assert.Equal(t, step.live, live, step.clock)
		assert.Equal(t, step.ended, ended, step.clock)
	}
	assert.Equal(t, Stats{EndedSets: [NumCauses]int64{Idle: 1}, EndedAddresses: [NumCauses]int64{Idle: 2}}, s.Stats())
}

func TestIdleSetEndsWithAllItHas(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.HTTP, source), Observation{Values: Values{1, 1, 1, 1, 1}, Addresses: Addresses{"192.0.2.1"}, Trace: [16]byte{1}})
	collect(s, 10, 0, true, nil)
	n, _ := collect(s, 20, idleTimeout, true, nil)
	require.Len(t, n.Counters, 3)
	require.Len(t, n.Histograms, 3)
	for _, p := range n.Counters {
		assert.True(t, p.Ended)
		assert.Empty(t, p.Exemplars)
		assert.EqualValues(t, 1, p.Start)
	}
	for _, p := range n.Histograms {
		assert.True(t, p.Ended)
		assert.Empty(t, p.Exemplars)
	}
	assert.Zero(t, s.Stats().Sets)
}

func TestWallClockDoesNotEndSeries(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.TCP, source), connection("192.0.2.1"))
	for _, now := range []int64{10, 1e18, 20} {
		n, _ := collect(s, now, 1, true, nil)
		assert.False(t, n.Counters[0].Ended)
	}
}
