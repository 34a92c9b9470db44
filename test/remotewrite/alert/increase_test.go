// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestIncrease(t *testing.T) {
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			arrived, began := s.run(t)
			p := newPrometheus(t, arrived)
			to := arrived[len(arrived)-1].at.Add(window + time.Minute)
			s.check(t, began, p.eachSecond(t, s.expression("increase"), began.Add(s.from), to), 1)
			s.check(t, began, p.eachSecond(t, s.expression("rate"), began.Add(s.from), to), window.Seconds())
		})
	}
}

// run gives the flushes that reach Prometheus.
func (s *situation) run(t *testing.T) (arrived []flush, began time.Time) {
	t.Helper()
	flushes, began := simulate(t, s.settings, s.script)
	for _, f := range flushes {
		if s.lost == nil || !s.lost(f.at.Sub(began)) {
			arrived = append(arrived, f)
		}
	}
	return arrived, began
}

func (s *situation) expression(function string) string {
	if s.native {
		return "histogram_count(" + function + "(" + s.metric + "[5m]))"
	}
	return function + "(" + s.metric + "[5m])"
}

// check holds an expression against the events at each second. times is what its
// values have to be multiplied by to be amounts.
func (s *situation) check(t *testing.T, began time.Time, points []point, times float64) {
	t.Helper()
	for _, p := range points {
		least, most, exact := s.expect(p.at.Sub(began))
		value := p.value * times
		const rounding = 1e-6
		if exact {
			assert.InEpsilon(t, least, value, rounding, "at the first flush, %v", p.at.Sub(began))
		}
		if least == 0 {
			assert.Zero(t, value, "at %v", p.at.Sub(began))
		} else {
			assert.GreaterOrEqual(t, value, least*(1-rounding), "at %v", p.at.Sub(began))
			assert.LessOrEqual(t, value, most*(1+rounding), "at %v", p.at.Sub(began))
		}
	}
}

// expect is what may be seen at a time: the events whose zero and first value are
// both in the window. Prometheus extrapolates to the end of the window, by as much as
// lies between two samples: to twice the amount until the second value has come, and
// by a k-th after k values. At the flush itself there is nothing to add.
//
// Where no more values come, it takes 1.1 times what lies between two samples for
// one that is late. Where the window begins with values of before, it extrapolates
// to the beginning in the same way.
func (s *situation) expect(at time.Duration) (least, most float64, exact bool) {
	before := false
	for i, e := range s.want {
		before = before || e.added || i > 0 && at < s.want[i-1].last+window+interval
		if at < e.first || at >= e.zero+window {
			continue
		}
		until := at
		if e.last > 0 {
			until = min(at, e.last)
		}
		share := 1 / float64((until-e.first)/interval+1)
		switch {
		case before:
			share = min(1, 2.2*share)
		case until < at-interval:
			share *= 1.1
		}
		least += e.amount
		most += e.amount * (1 + share)
		exact = !before && at == e.first
	}
	return least, most, exact
}
