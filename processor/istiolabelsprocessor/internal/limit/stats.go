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
	Limit, Live, Resting int
	Counts
	Fallbacks
}

// Stats tells about the limiter so far.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{Limit: l.options.Limit, Fallbacks: l.fallbacks}
	s.Levels = slices.Clone(s.Levels)
	for p := range l.populations {
		s.Live += p.live
		s.Resting += len(p.turns)
		s.Admitted += p.counts.Admitted
		s.EvictedIdle += p.counts.EvictedIdle
		s.EvictedOutranked += p.counts.EvictedOutranked
	}
	return s
}

// Distinct is an estimate of how many values were asked for, right to a percent
// or two.
func (l *Limiter) Distinct() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.distinct.Estimate()
}
