// SPDX-License-Identifier: Apache-2.0

package bounds

func (s *store) add(p *sample) {
	key := p.name + keyOf(p.labels)
	known := s.series[key]
	if known == nil {
		if p.ended {
			s.violate("%s ends and never lived", key)
			return
		}
		known = &series{component: p.name, counts: p.counts, labels: labelsOf(p.labels), ended: true}
		s.series[key] = known
	}
	if p.zero() && p.start == known.start {
		return // its sender was told that the first one had not arrived
	}
	s.order(known, p, key)
	switch {
	case p.ended && !known.ended:
		s.count(known, -1)
	case !p.ended && known.ended:
		s.count(known, 1)
	}
	if !p.ended {
		known.value = p.value
	}
	known.start, known.at, known.ended = p.start, p.at, p.ended
}

// order holds a sample against the one before it.
func (s *store) order(known *series, p *sample, key string) {
	switch {
	case p.at <= known.at:
		s.violate("%s has two samples at %v", key, p.at.AsTime())
	case p.start == known.start:
		// A life goes on after its end if something came in while that went out,
		// or if its sender was told that it had not arrived.
		if known.ended && !p.ended {
			s.most.wentOn++
		}
		if !p.ended && p.value < known.value {
			s.violate("%s falls from %v to %v", key, known.value, p.value)
		}
	case p.start < known.start, p.start > p.at:
		s.violate("%s starts at %v, after %v, at %v", key, p.start.AsTime(), known.start.AsTime(), p.at.AsTime())
	case !known.ended || known.start > 0 && p.start <= known.at:
		s.violate("%s starts anew at %v, and the life before it ended=%v at %v", key, p.start.AsTime(), known.ended, known.at.AsTime())
	case p.ended:
		s.violate("%s ends a life that never was", key)
	case !p.zero():
		s.violate("%s starts without a zero", key)
	default:
		known.before += known.value
		known.value = 0
		known.lives++
		s.most.lives = max(s.most.lives, known.lives)
	}
}

// count adds a series to those that live, or takes it away.
func (s *store) count(known *series, n int) {
	if !known.counts {
		return
	}
	s.live += n
	for label := range s.rules.limits {
		value := known.valueOf(label)
		if value == "" || s.rules.free(label, value) {
			continue
		}
		if s.values[label] == nil {
			s.values[label] = map[string]int{}
		}
		if n > 0 && s.values[label][value] == 0 {
			if s.fresh[label] == nil {
				s.fresh[label] = map[string]bool{}
			}
			s.fresh[label][value] = true
		}
		if s.values[label][value] += n; s.values[label][value] == 0 {
			delete(s.values[label], value)
		}
	}
}
