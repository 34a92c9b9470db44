// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// collector collects the metrics of a ledger, a second later each time.
type collector struct {
	ledger *Ledger
	now    int64
}

func collectorOf(l *Ledger) *collector { return &collector{l, noon} }

func (c *collector) collect() *aggregate.Snapshot {
	c.now += second
	n := new(aggregate.Snapshot)
	c.ledger.Settle()
	in := c.ledger.options.Metrics.State.Collect(c.now, c.now)
	for in.Append(n, 100) {
	}
	in.Accept(n.Groups)
	return n
}

// sums adds up the counters by their metric.
func sums(n *aggregate.Snapshot) (c egress.Counts) {
	into := []*int64{&c.Requests, &c.Connections, &c.SentBytes, &c.ReceivedBytes}
	for _, p := range n.Counters {
		*into[p.Metric] += p.Value
	}
	return c
}

func TestMetricsAddUpToRows(t *testing.T) {
	o := withMetrics(200)
	l := New(o)
	for i := range 500 {
		c := connection("shop", "w"+strconv.Itoa(i%3), strconv.Itoa(i)+".example.com")
		if i%2 == 0 {
			c.Counts = egress.Counts{Requests: 1, SentBytes: 5}
			c.Key.Traffic = egress.HTTP
		}
		c.Key.Source.App = strconv.Itoa(i % 5)
		l.Add(c, nil)
	}
	require.Positive(t, l.Stats().Overflow)
	n := collectorOf(l).collect()
	assert.Equal(t, total(l.Rows()), sums(n), "the overflow rows are series, too")
	assert.LessOrEqual(t, o.Metrics.State.Stats().Sets, l.Stats().Rows)
}

func TestRowsThatShareSeries(t *testing.T) {
	o := withMetrics(200)
	l := New(o)
	first, second := connection("shop", "web", "api.example.com"), connection("shop", "web", "api.example.com")
	second.Key.Source.App = "other"
	second.Time += 100
	l.Add(first, nil)
	l.Add(second, nil)
	assert.Equal(t, 2, l.Stats().Rows)
	assert.Equal(t, 1, o.Metrics.State.Stats().Sets)

	l.Expire(first.Time + o.Retention.Nanoseconds() + 1)
	assert.Equal(t, 1, l.Stats().Rows, "it does not wait for series that go on")
	c := collectorOf(l)
	assert.Equal(t, int64(2), sums(c.collect()).Connections)
	l.Expire(second.Time + o.Retention.Nanoseconds() + 1)
	assert.Equal(t, 1, l.Stats().Rows)
	c.collect()
	l.Expire(second.Time + o.Retention.Nanoseconds() + 1)
	assert.Zero(t, l.Stats().Rows)
	assert.Zero(t, o.Metrics.State.Stats().Series)
}

// A row stays until the end of its series was accepted.
func TestRowGoesWithItsSeries(t *testing.T) {
	o := withMetrics(200)
	l := New(o)
	row := connection("shop", "web", "api.example.com")
	l.Add(row, nil)
	c := collectorOf(l)
	c.collect()
	late := row.Time + o.Retention.Nanoseconds() + 1
	l.Expire(late)
	l.Expire(late)
	assert.Equal(t, 1, l.Stats().Rows)
	n := c.collect()
	require.Len(t, n.Counters, 3)
	require.Len(t, n.Gauges, 2)
	assert.True(t, n.Counters[0].Ended)
	assert.True(t, n.Gauges[1].Ended)

	row.Time = late
	require.Len(t, l.Add(row, nil), 1, "it is a first contact again")
	rows := l.Rows()
	require.Len(t, rows, 1)
	assert.Equal(t, int64(1), rows[0].Connections)
	assert.Equal(t, Stats{Rows: 1, Expired: 1}, l.Stats())
	assert.Equal(t, int64(1), sums(c.collect()).Connections)

	l.Expire(late + late)
	assert.Empty(t, l.Add(row, nil), "its series had not ended: it goes on")
	assert.Equal(t, int64(2), sums(c.collect()).Connections)
	assert.Equal(t, int64(2), l.Rows()[0].Connections)
}
