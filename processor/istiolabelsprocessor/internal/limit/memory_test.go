// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	// bytesPerSlot is what the package's documentation says of a slot without its
	// text.
	bytesPerSlot = 600
	// fixedBytes are those of a limiter of any size: the estimate of distinct values.
	fixedBytes = 24 << 10
)

// storm fills all slots from a source each, lets a tenth of them change hands, and
// fills the sketch.
func (f *fixture) storm(first, size int) {
	slots := f.options.Limit
	ask := func(n int) {
		text := fmt.Sprintf("%0*d", size, first+n)
		f.Name(text, netip.Addr{}, &Asker{Source: text}, f.now)
	}
	for n := range slots {
		ask(n)
	}
	for n := range slots / changedPart {
		for range establishedHits {
			ask(slots + n)
		}
	}
	for n := range 3 * slots {
		ask(2*slots + n)
	}
}

// memoryPerSlot is what a limiter needs after storms, without the texts.
func memoryPerSlot(slots, size, storms int) float64 {
	o := options(slots)
	o.Guaranteed, o.RollUp = nil, RollUp{}
	before := heap()
	f := newFixture(o)
	for n := range storms {
		f.now += int64(2 * o.IdleTimeout)
		f.stats()
		f.storm(n*6*slots, size)
	}
	used := heap() - before - fixedBytes
	if n := len(f.values().slots); n < slots {
		panic(fmt.Sprint("only ", n, " slots are used"))
	}
	runtime.KeepAlive(f)
	return float64(used)/float64(slots) - float64(size)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Memory is bounded by the number of slots, however often a storm comes back.
func TestMemory(t *testing.T) {
	for _, tc := range []struct{ slots, size, storms int }{
		{100_000, 15, 1}, {10_000, 15, 3}, {10_000, 256, 2}, {15_000, 15, 1},
	} {
		slots := volume(tc.slots)
		used := memoryPerSlot(slots, tc.size, tc.storms)
		t.Logf("%d slots, text of %d, %d storms: %.0f bytes a slot without it", slots, tc.size, tc.storms, used)
		assert.Less(t, used, float64(bytesPerSlot))
		assert.Greater(t, used, 200.0, "something was measured")
	}
}

// However long names of sources and values are, what is kept of a source is not.
func TestMemoryOfSources(t *testing.T) {
	before := heap()
	f := newFixture(options(1000))
	for n := range 200 {
		f.ask(address(n), &Asker{Source: strings.Repeat("x", 64<<10) + strconv.Itoa(n)})
	}
	assert.Less(t, heap()-before, int64(1<<20))
	runtime.KeepAlive(f)
}

// BenchmarkSlots shows what a slot costs in memory.
func BenchmarkSlots(b *testing.B) {
	for _, slots := range []int{1_000, 10_000, 70_000, 100_000, 120_000} {
		b.Run(strconv.Itoa(slots), func(b *testing.B) {
			worst := 0.0
			for b.Loop() {
				worst = max(worst, memoryPerSlot(slots, 15, 1))
			}
			b.ReportMetric(worst, "B/slot")
		})
	}
}
