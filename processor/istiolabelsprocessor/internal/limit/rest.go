package limit

// retire takes a value off its slot, which rests from now on.
func (p *population) retire(i int32, as state, now int64) {
	s := &p.slots[i]
	s.state = as
	s.turn = p.book.turn()
	s.waiting = p.book.watching()
	s.until = now + p.rest
	p.turns[s.turn] = i
	p.live--
}

// wake lets a value that rests live again.
func (p *population) wake(s *slot) {
	delete(p.turns, s.turn)
	s.state, s.waiting = isLive, 0
	p.live++
}

// release ends a rest: the slot is free, or kept for the value that won it.
func (p *population) release(i int32, now int64) {
	s := &p.slots[i]
	delete(p.turns, s.turn)
	delete(p.index, s.hash)
	if s.state == restsOutranked {
		p.outranked--
		p.counts.EvictedOutranked++
		s.state, s.until, s.text = isKept, now+p.halfLife, ""
		return
	}
	p.counts.EvictedIdle++ // now only: it might have come back
	p.drop(i)
}

// drop makes a slot free.
func (p *population) drop(i int32) {
	s := &p.slots[i]
	if s.state == isKept {
		delete(p.heirs, s.heir)
	}
	p.discharge(s)
	p.groups[s.group].held--
	*s = slot{}
	p.free = append(p.free, i)
}

// sweep retires what stayed away, releases what rested long enough, and ages.
func (p *population) sweep(now int64) {
	p.age(now)
	for i := range p.slots {
		s := &p.slots[i]
		switch s.state {
		case isLive:
			if now-s.seen >= p.idle {
				p.retire(int32(i), restsIdle, now)
			}
		case restsIdle, restsOutranked:
			if s.waiting == 0 && now >= s.until {
				p.release(int32(i), now)
			}
		case isKept:
			if now >= s.until {
				p.drop(int32(i))
			}
		}
	}
}

// age halves what came in earlier periods.
func (p *population) age(now int64) {
	period := now / p.halfLife
	if p.period == 0 {
		p.period = period
	}
	for range min(max(period-p.period, 0), 32) {
		p.sketch.Halve()
	}
	p.period = max(p.period, period)
}

// ended takes a watch off a slot that rests, and releases the slot if it was the
// last one.
func (p *population) ended(turn, watch uint64, now int64) {
	i, ok := p.turns[turn]
	if !ok || p.slots[i].waiting&watch == 0 {
		return
	}
	if p.slots[i].waiting &^= watch; p.slots[i].waiting == 0 {
		p.release(i, now)
	}
}

// watch makes all slots that rest wait for one more watch.
func (p *population) watch(watch uint64) {
	for _, i := range p.turns {
		p.slots[i].waiting |= watch
	}
}

// unwatch takes a watch off all slots.
func (p *population) unwatch(watch uint64, now int64) {
	for i := range p.slots {
		if s := &p.slots[i]; s.waiting&watch != 0 {
			p.ended(s.turn, watch, now)
		}
	}
}
