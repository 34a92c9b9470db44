// SPDX-License-Identifier: Apache-2.0

package rowmetrics

import (
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Series are those of a row.
type Series = aggregate.LabelSet

// Metrics has the series of rows. It is not safe for concurrent use, as its State is
// not.
type Metrics struct {
	State *aggregate.State

	observation aggregate.Observation
	key         []byte
}

// New returns the metrics of a State made with Options.
func New(state *aggregate.State) *Metrics { return &Metrics{State: state} }

// Begin returns the series of a row, which counts then.
func (m *Metrics) Begin(k *egress.Key) *Series {
	m.key = appendLabels(m.key[:0], k)
	return m.State.Pin(aggregate.Labels{}, m.key)
}

// Add adds to the series of a row what arrived now.
func (m *Metrics) Add(s *Series, c *egress.Counts, now int64) {
	m.State.Count(s, m.observe(c, now), now)
}

// End says that a row is to end. It tells whether other rows have the same series.
// Else the row stays until they are gone: see Series.Gone.
func (m *Metrics) End(s *Series) (shared bool) { return m.State.Unpin(s) }

// observe leaves out what a row does not have: it would begin a series.
func (m *Metrics) observe(c *egress.Counts, now int64) *aggregate.Observation {
	v := &m.observation.Values
	v[requests], v[connections] = orAbsent(c.Requests), orAbsent(c.Connections)
	v[sentBytes], v[receivedBytes], v[seen] = c.SentBytes, c.ReceivedBytes, now
	return &m.observation
}

func orAbsent(n int64) int64 {
	if n == 0 {
		return aggregate.Absent
	}
	return n
}
