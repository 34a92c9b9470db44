// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// ends lists the addresses of the counters of closed connections, by whether
// they ended.
func ends(n *Snapshot) (live, ended []string) {
	for _, p := range n.Counters {
		if contract.SchemaIstio.Metrics()[p.Metric].Measure != contract.ConnectionsClosed {
			continue
		}
		if p.Ended {
			ended = append(ended, p.Addresses[0])
		} else {
			live = append(live, p.Addresses[0])
		}
	}
	return live, ended
}

func TestSeriesComesBackAfterItsEnd(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.1"))
	collect(s, 10*ms, 0, true, nil)
	_, c := collect(s, 20*ms, idleTimeout, true, nil)
	require.Zero(t, s.Stats().Sets)
	apply(s, 15*ms, key, connection("192.0.2.1")) // the clock stepped back

	var rest Snapshot
	assert.False(t, c.Append(&rest, 100))
	assert.Empty(t, rest.Counters, "a series has one point in a collection")
	n, _ := collect(s, 30*ms, idleTimeout, true, nil)
	require.Len(t, n.Counters, 4)
	for _, p := range n.Counters {
		assert.Equal(t, 21*ms, p.Start, "after the end of the one before")
		assert.True(t, p.Zero)
		assert.EqualValues(t, 1, p.Value, "and from its own first amount")
	}
}

func TestSeriesThatComesBackDuringACollectionHasOnePoint(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"), connection("192.0.2.2"))
	collect(s, 10, 0, true, nil)
	c := s.Collect(20, idleTimeout)
	var n Snapshot
	require.True(t, c.Append(&n, 1))
	c.Accept(n.Groups)
	apply(s, 25, key, connection("192.0.2.1"))
	for c.Append(&n, 1) {
	}
	_, ended := ends(&n)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.2"}, ended)
	m, _ := collect(s, 40, idleTimeout, true, nil)
	live, _ := ends(m)
	assert.Contains(t, live, "192.0.2.1")
}

func TestSeriesAddedToBeforeItsEndIsAcceptedGoesOn(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	apply(s, 1, key, connection("192.0.2.1"))
	collect(s, 10, 0, true, nil)
	n, _ := collect(s, 20, idleTimeout, true, func() { apply(s, 21, key, connection("192.0.2.1")) })
	require.True(t, n.Counters[0].Ended)
	n, _ = collect(s, 30, idleTimeout, true, nil)
	require.Len(t, n.Counters, 4)
	assert.EqualValues(t, 1, n.Counters[0].Start)
	assert.False(t, n.Counters[0].Zero)
	assert.EqualValues(t, 2, n.Counters[0].Value)
}

func TestRefusedEndIsRepeated(t *testing.T) {
	s := newIdling(t)
	apply(s, 1, keyOf(contract.TCP, source), connection("192.0.2.1"))
	for i, step := range []struct {
		clock         int64
		accept, ended bool
	}{
		{0, false, false},
		{idleTimeout, false, false}, // idle, but its value has not arrived
		{2 * idleTimeout, true, false},
		{2 * idleTimeout, false, true},
		{2 * idleTimeout, true, true},
	} {
		n, _ := collect(s, int64(10+i), step.clock, step.accept, nil)
		require.Len(t, n.Counters, 4, i)
		assert.Equal(t, step.ended, n.Counters[0].Ended, i)
	}
	assert.Zero(t, s.Stats().Sets)
}
