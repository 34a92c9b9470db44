// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// store is what Prometheus keeps of what it was sent: series by name and labels,
// with the lives that they had. It holds each sample against the rules.
type store struct {
	rules  rules
	series map[string]*series
	// live is the number of series whose last sample is no stale marker, and
	// values how many of them have a value of a label with a limit.
	live   int
	values map[string]map[string]int

	flush pcommon.Timestamp
	// accepted are the flushes before it of which all was accepted.
	accepted []pcommon.Timestamp
	// witness sees what the connector is sent.
	witness *witness
	// fresh are the values that the flush brought, by label.
	fresh map[string]map[string]bool

	most       most
	violations []string
}

// rules are the bounds that a store holds samples against.
type rules struct {
	maxSeries int
	limits    map[string]int
	// free tells which values of a label need no slot.
	free func(label, value string) bool
}

// most is what was seen at most.
type most struct {
	live, lives int
	values      map[string]int
	wentOn      int
	// beyond is how many values showed beyond a limit.
	beyond int
}

func newStore(r rules) *store {
	return &store{
		rules: r, witness: newWitness(), series: map[string]*series{}, values: map[string]map[string]int{},
		fresh: map[string]map[string]bool{}, most: most{values: map[string]int{}},
	}
}

func (s *store) violate(format string, args ...any) {
	if len(s.violations) < 10 {
		s.violations = append(s.violations, fmt.Sprintf(format, args...))
	}
}

// write takes the samples of a request.
func (s *store) write(md pmetric.Metrics) {
	if at := flushOf(md); at != s.flush {
		s.flush, s.fresh = at, map[string]map[string]bool{}
	}
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for sample := range samples(m) {
			s.add(&sample)
		}
	}
	s.check()
}

// check holds what lives against the bounds.
func (s *store) check() {
	s.most.live = max(s.most.live, s.live)
	if s.live > s.rules.maxSeries {
		s.violate("%d series live, max_series is %d", s.live, s.rules.maxSeries)
	}
	for label, limit := range s.rules.limits {
		n := len(s.values[label])
		s.most.values[label] = max(s.most.values[label], n)
		allowed := s.witness.allowed(label, limit, s.since())
		if n > allowed {
			s.violate("%d values of %s live, allowed are %d, the limit is %d", n, label, allowed, limit)
		}
		s.most.beyond = max(s.most.beyond, n-limit)
		if n := len(s.fresh[label]); n > allowed {
			s.violate("%d values of %s are new in one flush, allowed are %d, the limit is %d", n, label, allowed, limit)
		}
	}
}

// since is when the second last flush began that was accepted: values that lost their
// slots before it have ended.
func (s *store) since() pcommon.Timestamp {
	if n := len(s.accepted); n >= 2 {
		return s.accepted[n-2]
	}
	return 0
}

// restart notes that the connector is gone: its series end without a word. No time
// passes until there is another one, so the next samples may be of the same moment.
func (s *store) restart() {
	for _, known := range s.series {
		known.at--
		if !known.ended {
			s.count(known, -1)
			known.ended = true
		}
	}
	s.accepted = nil
}

// has tells whether there ever was a series with this value of a label.
func (s *store) has(label, value string) bool {
	for _, known := range s.series {
		if known.labels[label] == value {
			return true
		}
	}
	return false
}
