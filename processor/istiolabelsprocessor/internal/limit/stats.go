// SPDX-License-Identifier: Apache-2.0

package limit

import "slices"

// Fallbacks count records whose value had no slot of its own.
type Fallbacks struct {
	// Network is those whose address lies in a network that the user named.
	Network int64
	// Levels are those under a network of that level's length.
	Levels []int64
	// Other is those of which only that is said.
	Other int64
	// Reserved is those whose value arrived looking like a fallback: each of them
	// is counted above, too.
	Reserved int64
}

// Stats of a limiter.
type Stats struct {
	// Limit is the number of slots, Live how many have a value.
	Limit, Live int
	Counts
	Fallbacks
}

// Stats tells about the limiter, as of now.
func (l *Limiter) Stats(now int64) Stats {
	for l.workUntil(now) {
		continue // others may have the lock in between
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{Limit: l.options.Limit, Fallbacks: l.fallbacks}
	s.Levels = slices.Clone(s.Levels)
	for _, p := range l.populations {
		s.Live += p.live.len
		s.Admitted += p.counts.Admitted
		s.EvictedIdle += p.counts.EvictedIdle
		s.EvictedOutranked += p.counts.EvictedOutranked
	}
	return s
}

// workUntil does some of the work that is due by now and tells whether there is
// more.
func (l *Limiter) workUntil(now int64) (more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(now)
	return l.work()
}

// Distinct is an estimate of how many values were asked for, right to a percent
// or two.
func (l *Limiter) Distinct() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.distinct.Estimate()
}
