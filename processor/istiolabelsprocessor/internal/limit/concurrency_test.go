// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Calls that go on side by side, and somebody who looks in between: in each term a
// slot has one value, and no term is left out.
func TestConcurrentCalls(t *testing.T) {
	const workers, calls, size, limit = 4, 300, 50, 40
	o := options(limit)
	o.IdleTimeout = time.Minute
	f := newFixture(o)
	var mu sync.Mutex // of the clock and of what was answered
	values, terms, fallbacks := map[slotTerm]string{}, map[uint32]uint64{}, int64(0)
	answer := func(r Resolved) {
		if r.Value == contract.Other {
			fallbacks++
			return
		}
		is := slotTerm{r.Slot, r.Term}
		if known, ok := values[is]; ok {
			assert.Equal(t, known, r.Value)
		}
		values[is] = r.Value
		terms[r.Slot] = max(terms[r.Slot], r.Term)
	}
	var senders sync.WaitGroup
	for worker := range uint64(workers) {
		senders.Go(func() {
			random := rand.New(rand.NewPCG(worker, 9))
			asker := &Asker{Source: fmt.Sprint("ns/", worker), Destination: "PassthroughCluster"}
			keys := rand.NewZipf(random, 1.2, 1, 10_000)
			for call := range calls {
				// The first values stay away in the second half, so that their slots
				// change hands however the calls interleave.
				first := 20_000 * (2 * call / calls)
				mu.Lock()
				f.now += int64(200 * time.Millisecond)
				at := f.now
				mu.Unlock()
				var said [size]Resolved
				for i := range said {
					said[i] = f.Address(address(first+int(keys.Uint64())), asker, at)
				}
				mu.Lock()
				for _, r := range said {
					answer(r)
				}
				mu.Unlock()
				assert.LessOrEqual(t, f.Stats(at).Live, limit)
			}
		})
	}
	senders.Wait()
	given := 0
	for _, term := range terms {
		given += int(term)
	}
	require.Len(t, values, given, "each term was somebody's")
	assert.Greater(t, given, limit)
	assert.Equal(t, fallbacks, f.stats().Other)
	f.check(t)
}
