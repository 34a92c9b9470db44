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

// Seen notes a time at which the traffic of a row was seen, in nanoseconds since the
// Unix epoch.
func (m *Metrics) Seen(s *Series, at int64) {
	o := m.observe(&egress.Counts{}, at)
	o.Values[sentBytes], o.Values[receivedBytes] = aggregate.Absent, aggregate.Absent
	m.State.Count(s, o, 0)
}

// Add adds to the series of a row what its records add up to. The last of them arrived
// at that time.
func (m *Metrics) Add(s *Series, c *egress.Counts, last int64) {
	m.State.Count(s, m.observe(c, last), c.Total())
}

// End says that a row is to end. It tells whether other rows have the same series.
// Else the row stays until they are gone: see Series.Gone.
func (m *Metrics) End(s *Series) (shared bool) { return m.State.Unpin(s) }

// observe leaves out what a row does not have: it would begin a series.
func (m *Metrics) observe(c *egress.Counts, at int64) *aggregate.Observation {
	v := &m.observation.Values
	v[requests], v[connections] = orAbsent(c.Requests), orAbsent(c.Connections)
	v[sentBytes], v[receivedBytes], v[seen] = c.SentBytes, c.ReceivedBytes, at
	return &m.observation
}

func orAbsent(n int64) int64 {
	if n == 0 {
		return aggregate.Absent
	}
	return n
}
