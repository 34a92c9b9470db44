// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// begun is a counter of closed connections or of received bytes, as a snapshot has it.
type begun struct {
	address string
	start   int64 // in milliseconds
	zero    bool
}

func begunOf(n *Snapshot, measure contract.Measure) (all []begun) {
	for _, p := range n.Counters {
		if contract.SchemaIstio.Metrics()[p.Metric].Measure == measure {
			all = append(all, begun{p.Addresses[0], p.Start / ms, p.Zero})
		}
	}
	return all
}

// A series starts at the latest of the state's own start, the last collection and
// 1 ms after the end of its life before.
func TestStartOfASeries(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = idleTimeout
	s := New(o, 5*ms)
	key := keyOf(contract.TCP, source)
	for _, step := range []struct {
		met    string
		clock  int64
		accept bool
		want   []begun
	}{
		{"a", 0, false, []begun{{"a", 5, true}}},
		{"b", 0, true, []begun{{"a", 5, true}, {"b", 10, true}}},
		{"c", 0, true, []begun{{"a", 5, false}, {"b", 10, false}, {"c", 20, true}}},
		{"c", idleTimeout, true, []begun{{"a", 5, false}, {"b", 10, false}, {"c", 20, false}}}, // a and b end
		{"a", idleTimeout, true, []begun{{"c", 20, false}, {"a", 41, true}}},
		{"d", idleTimeout, true, []begun{{"c", 20, false}, {"a", 41, false}, {"d", 50, true}}},
	} {
		apply(s, 1, key, connection(step.met))
		n, _ := collect(s, (s.start/ms/10+1)*10*ms, step.clock, step.accept, nil)
		assert.Equal(t, step.want, begunOf(n, contract.ConnectionsClosed))
		zeros := 0
		for _, w := range step.want {
			if w.zero {
				zeros += 4
			}
		}
		assert.Equal(t, len(n.Counters)+zeros, n.Points())
	}
}

// A counter may begin later than the others of its labels, at any time of a collection.
func TestStartOfACounterThatBeginsLater(t *testing.T) {
	key := keyOf(contract.TCP, source)
	late := func(s *State) { apply(s, 1, key, connection("a")) }
	early := connection("a")
	early.Values[BytesReceived] = Absent
	for _, test := range []struct {
		name                  string
		before, during, after func(s *State)
		first, second         []begun
	}{
		{"before the collection", late, nil, nil, []begun{{"a", 10, true}}, []begun{{"a", 10, false}}},
		{"before its group is collected", nil, late, nil, []begun{{"a", 10, true}}, []begun{{"a", 10, false}}},
		{"before it is accepted", nil, nil, late, nil, []begun{{"a", 20, true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(testOptions(contract.SchemaIstio), 1)
			apply(s, 1, key, early)
			collect(s, 10*ms, 0, true, nil)
			run(s, test.before)
			c := s.Collect(20*ms, 0)
			run(s, test.during)
			n := new(Snapshot)
			for c.Append(n, 1) {
			}
			run(s, test.after)
			c.Accept(n.Groups)
			assert.Equal(t, test.first, begunOf(n, contract.ReceivedBytes))
			assert.Equal(t, []begun{{"a", 0, false}}, begunOf(n, contract.SentBytes))
			n, _ = collect(s, 30*ms, 0, true, nil)
			assert.Equal(t, test.second, begunOf(n, contract.ReceivedBytes))
			n, _ = collect(s, 40*ms, 0, true, nil)
			assert.False(t, begunOf(n, contract.ReceivedBytes)[0].zero)
		})
	}
}

func run(s *State, do func(s *State)) {
	if do != nil {
		do(s)
	}
}

// What was accepted of a collection needs no zero, what was refused does.
func TestZerosOfWhatWasRefused(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	apply(s, 1, keyOf(contract.TCP, source), connection("a"), connection("b"))
	n, c := collect(s, 10*ms, 0, false, nil)
	c.Accept(n.Groups[:1])
	n = new(Snapshot)
	for c = s.CollectUnsent(20*ms, 0); c.Append(n, 1); {
	}
	assert.Equal(t, []begun{{"b", 0, true}}, begunOf(n, contract.ConnectionsClosed))
	n, _ = collect(s, 30*ms, 0, true, nil)
	assert.Equal(t, []begun{{"a", 0, false}, {"b", 0, true}}, begunOf(n, contract.ConnectionsClosed))
}

func TestZerosOfHistograms(t *testing.T) {
	for _, size := range []int32{0, 20} {
		o := testOptions(contract.SchemaIstio)
		o.ExponentialSize = size
		s := New(o, 1)
		first := request("a")
		first.Values[BytesSent] = Absent
		apply(s, 1, keyOf(contract.HTTP, source), first)
		n, _ := collect(s, 10*ms, 0, true, nil)
		require.Len(t, n.Histograms, 2)
		for _, p := range n.Histograms {
			assert.True(t, p.Zero)
		}
		apply(s, 1, keyOf(contract.HTTP, source), request("a"))
		n, _ = collect(s, 20*ms, 0, true, nil)
		require.Len(t, n.Histograms, 3)
		for _, p := range n.Histograms {
			late := o.Metrics[p.Metric].Field == BytesSent
			assert.Equal(t, late, p.Zero)
			assert.Equal(t, late, p.Start == 10*ms)
		}
		assert.Equal(t, len(n.Counters)+len(n.Histograms)+1, n.Points())
	}
}

// The time of collections never goes back, and each is a millisecond later at least
// than any start before it.
func TestTimesNeverGoBack(t *testing.T) {
	s := newIdling(t)
	key := keyOf(contract.TCP, source)
	trace := connection("a")
	trace.Trace = [16]byte{1}
	apply(s, 1, key, trace)
	_, c := collect(s, 100*ms, 0, true, nil)
	assert.Equal(t, 100*ms, c.Time())
	n, c := collect(s, 50*ms, idleTimeout, true, nil) // set back
	assert.Equal(t, 101*ms, c.Time())
	assert.True(t, n.Counters[0].Ended)
	apply(s, 50*ms, key, trace)
	n, c = collect(s, 102*ms, idleTimeout, true, nil)
	assert.Equal(t, 103*ms, c.Time(), "the zero is at 102 ms")
	assert.Equal(t, 102*ms, n.Counters[0].Start)
	assert.Equal(t, 102*ms, n.Counters[0].Exemplars[0].Time)
	c = s.CollectUnsent(60*ms, idleTimeout)
	assert.Equal(t, 104*ms, c.Time())
	c = s.Collect(105*ms+1, idleTimeout)
	assert.Equal(t, 105*ms+1, c.Time())
}
