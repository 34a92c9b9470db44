// SPDX-License-Identifier: Apache-2.0

package limit

import "math"

// tick tells the time, which never goes back, and does a part of the work that
// comes with it.
func (l *Limiter) tick(now int64) int64 {
	if l.advance(now); l.now >= l.nextWork {
		l.work()
	}
	return l.now
}

// advance takes a caller's time. If the clock was set back, time goes on from
// where it was: slots must not wait for the old time to come again.
func (l *Limiter) advance(now int64) {
	if back := l.now - (now + l.skew); back > int64(late) {
		l.skew += back
	}
	l.now = max(l.now, now+l.skew)
}

// work does some of what is due and tells whether there is more, which the next
// call goes on with.
func (l *Limiter) work() (more bool) {
	next := int64(math.MaxInt64)
	for _, p := range l.populations {
		p.age(l.now)
		p.sketch.Step(perCall)
		p.forgetChanges(l.now)
		p.freeIdle(l.now)
		more = more || p.sketch.Halving() || p.hasIdle(l.now)
		next = min(next, p.nextPeriod, l.now+p.granule)
	}
	if !more {
		l.nextWork = next
	}
	return more
}

// age halves what came in earlier periods.
func (p *population) age(now int64) {
	if now < p.nextPeriod {
		return
	}
	period := now / p.halfLife
	if p.period > 0 {
		for range min(period-p.period, 32) {
			p.sketch.Halve()
		}
	}
	p.period = period
	p.nextPeriod = (period + 1) * p.halfLife
}

// hasIdle tells whether a value stayed away for too long.
func (p *population) hasIdle(now int64) bool {
	return p.live.len > 0 && now-p.slots[p.live.first].seen >= p.idle+p.granule
}

// freeIdle frees the slots of values that stayed away, a few at a time.
func (p *population) freeIdle(now int64) {
	for range perCall {
		if !p.hasIdle(now) {
			return
		}
		p.counts.EvictedIdle++
		p.vacate(p.live.first)
	}
}
