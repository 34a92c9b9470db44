package limit

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

var _ keeper = (*Limiter)(nil)

// resting lists what waits for a watch and stands in no call that goes on.
func (l *Limiter) resting(dst []contract.Resting, watch uint64) []contract.Resting {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep()
	oldest := l.book.oldest()
	for p := range l.populations {
		for turn, i := range p.turns {
			if s := &p.slots[i]; s.waiting&watch != 0 && turn < oldest {
				dst = append(dst, contract.Resting{Label: l.options.Label, Value: s.text, Turn: turn})
			}
		}
	}
	return dst
}

func (l *Limiter) ended(list []contract.Resting, watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range list {
		for p := range l.populations {
			p.ended(list[i].Turn, watch, l.now)
		}
	}
}

func (l *Limiter) watch(watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.populations {
		p.watch(watch)
	}
}

func (l *Limiter) unwatch(watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.populations {
		p.unwatch(watch, l.now)
	}
}

// tick gives the time, which never goes back, and sweeps from time to time.
func (l *Limiter) tick(now int64) int64 {
	if l.advance(now); l.now >= l.nextSweep {
		l.sweep()
	}
	return l.now
}

// setClock tells the time where nobody asks for a value.
func (l *Limiter) setClock(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance(now)
}

// advance takes a caller's time. If the clock was set back, time goes on from
// where it was: slots must not wait for the old time to come again.
func (l *Limiter) advance(now int64) {
	if back := l.now - (now + l.skew); back > int64(late) {
		l.skew += back
	}
	l.now = max(l.now, now+l.skew)
}

func (l *Limiter) sweep() {
	for p := range l.populations {
		p.sweep(l.now)
	}
	l.nextSweep = l.now + int64(max(l.options.IdleTimeout/sweeps, minSweep))
}
