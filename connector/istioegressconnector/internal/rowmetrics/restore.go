// SPDX-License-Identifier: Apache-2.0

package rowmetrics

import "github.com/otelcol-istio/otelcol-istio/internal/egress"

// Restored is a row that was saved, and its series.
type Restored struct {
	Row    *egress.Row
	Series *Series
}

// CatchUp adds to restored series what their rows have beyond them. Rows are saved
// before series, so that a process that ended between the two has saved less of the
// series. Series that nobody saved, since there were no metrics then, begin with what
// their rows have. That is no increase.
func (m *Metrics) CatchUp(restored []Restored) {
	type sums struct {
		egress.Counts
		first, last int64
	}
	of := map[*Series]*sums{}
	for _, r := range restored {
		first, last := r.Row.FirstSeen.UnixNano(), r.Row.LastSeen.UnixNano()
		sum := of[r.Series]
		if sum == nil {
			sum = &sums{first: first, last: last}
			of[r.Series] = sum
		}
		sum.Add(r.Row.Counts)
		sum.first, sum.last = min(sum.first, first), max(sum.last, last)
	}
	var totals []int64
	for s, sum := range of {
		totals = s.Totals(totals[:0])
		missing := egress.Counts{
			Requests:      max(0, sum.Requests-totals[requests]),
			Connections:   max(0, sum.Connections-totals[connections]),
			SentBytes:     max(0, sum.SentBytes-totals[sentBytes]),
			ReceivedBytes: max(0, sum.ReceivedBytes-totals[receivedBytes]),
		}
		if missing == (egress.Counts{}) {
			continue
		}
		m.State.CountBefore(s, m.observe(&missing, sum.last))
		m.Seen(s, sum.first)
	}
}
