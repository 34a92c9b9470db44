package limit

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Calls that go on side by side, and flushes in between: the bound holds at each
// flush, and all is counted.
func TestConcurrentCalls(t *testing.T) {
	const workers, calls, size, limit = 4, 300, 50, 40
	o := options(limit)
	o.IdleTimeout = time.Minute
	f := newFixture(o)
	c := &connector{watch: f.ledger.Watch(), alive: map[string]int64{}, leaving: map[uint64]int64{}, onTop: map[string]bool{Other: true}}
	var mu sync.Mutex // of the connector and the clock
	now := func() int64 {
		f.now += int64(20 * time.Millisecond)
		return f.now
	}
	var senders sync.WaitGroup
	for worker := range uint64(workers) {
		senders.Go(func() {
			random := rand.New(rand.NewPCG(worker, 9))
			asker := &Asker{Source: fmt.Sprint("ns/", worker), Destination: "PassthroughCluster"}
			keys := rand.NewZipf(random, 1.2, 1, 10_000)
			for range calls {
				call := f.ledger.Begin()
				mu.Lock()
				at := now()
				mu.Unlock()
				values := make([]string, size)
				for i := range values {
					values[i] = f.Address(address(int(keys.Uint64())), asker, at).Value
				}
				mu.Lock()
				c.count(values)
				mu.Unlock()
				f.ledger.End(call)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		senders.Wait()
		close(done)
	}()
	for flushing := true; flushing; {
		select {
		case <-done:
			flushing = false
		default:
		}
		mu.Lock()
		require.LessOrEqual(t, c.bounded(), limit)
		// The lock is held from the list to the end of the series, as the real
		// connector holds its own: no count comes in between.
		c.watch.Ended(c.flush(t, c.watch.Resting(nil)))
		mu.Unlock()
		f.Stats()
	}
	assert.Equal(t, int64(workers*calls*size), c.total())
	f.check(t)
}
