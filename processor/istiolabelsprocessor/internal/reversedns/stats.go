// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import "sync/atomic"

// Stats tell what a Resolver did since it was made, in addresses, and what it
// holds now.
type Stats struct {
	// Asked counts the addresses that a worker took up. What became of them is
	// in Answered (has a name), Negative (has none, or none that means it) and
	// Failed (no answer in time, or an error).
	Asked, Answered, Negative, Failed int64
	// Dropped counts calls of Ask that found the queue full.
	Dropped int64
	// Entries is how many addresses are in the cache, those that wait and those
	// that expired included; Queued is how many wait.
	Entries, Queued int
}

type counts struct{ asked, answered, negative, failed, dropped atomic.Int64 }

// Stats tells about the resolver so far.
func (r *Resolver) Stats() Stats {
	r.mu.Lock()
	entries := r.cache.Len()
	r.mu.Unlock()
	return Stats{
		Asked:    r.counts.asked.Load(),
		Answered: r.counts.answered.Load(),
		Negative: r.counts.negative.Load(),
		Failed:   r.counts.failed.Load(),
		Dropped:  r.counts.dropped.Load(),
		Entries:  entries,
		Queued:   len(r.queue),
	}
}
