// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However much is due after a long silence, a call does a bounded part of it, and
// calls that come do all of it.
func TestWorkOfACallIsBounded(t *testing.T) {
	const slots = 5000
	o := options(slots)
	o.RollUpShare, o.Guaranteed, o.MaxSourceShare = 0, nil, 1
	f := newFixture(o)
	for n := range 3 * slots {
		f.ask(address(n), blackHole)
	}
	p := f.values()
	require.Equal(t, slots, p.live.len)
	require.Equal(t, 2*slots, p.sketch.Len())
	f.now += int64(2 * o.IdleTimeout)
	calls := 0
	for ; p.live.len > 1 || p.sketch.Halving(); calls++ {
		live, waiting := p.live.len, p.sketch.Len()
		f.ask("203.0.113.1", blackHole)
		require.LessOrEqual(t, live-p.live.len, perCall)
		require.LessOrEqual(t, waiting-p.sketch.Len(), perCall)
	}
	f.check(t)
	assert.Zero(t, p.sketch.Len())
	assert.InDelta(t, 2*slots/perCall, calls, 10)
}

// Time that passes before anybody looks brings no more than the rest of the work.
func TestStatsDoAllWork(t *testing.T) {
	f := newFixture(options(5000))
	for n := range 5000 {
		f.ask(address(n<<4), &Asker{Source: strconv.Itoa(n)})
	}
	require.Greater(t, f.stats().Live, 10*perCall)
	f.now += int64(2 * f.options.IdleTimeout)
	assert.Zero(t, f.stats().Live)
	f.check(t)
}

// BenchmarkWork is a call when much is due, in a large limiter.
func BenchmarkWork(b *testing.B) {
	o := options(200_000)
	o.Guaranteed, o.MaxSourceShare = nil, 1
	f := newFixture(o)
	for n := range 1 << 20 {
		f.ask(address(n<<4), passthrough)
	}
	for b.Loop() {
		f.now += int64(2 * o.IdleTimeout)
		f.ask("203.0.113.1", passthrough)
	}
}
