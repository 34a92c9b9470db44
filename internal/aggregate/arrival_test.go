// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

type lifeKey struct {
	series string
	start  int64
}

// arrived is what Prometheus knows of a series.
type arrived struct {
	labels map[Label]bool
	start  int64
	time   int64 // in milliseconds, as Prometheus has it
	stale  bool
}

// collect collects, while records go on to come in and the next component
// refuses every so many parts (0 for none).
func (m *model) collect(refuses int) {
	accepted, quiet := true, true
	m.slots.collect(m.clock)
	c := m.state.Collect(m.now, m.clock-m.began)
	require.GreaterOrEqual(m.t, c.Time(), m.now)
	require.Greater(m.t, c.Time()/resolution, m.collected/resolution, "two collections have one time")
	m.collected = c.Time()
	m.starts[c.Time()], m.starts[c.Time()+resolution] = true, true
	var n Snapshot
	points, series := map[string]bool{}, 0
	for more := true; more; {
		more = c.Append(&n, 1+m.random.IntN(16))
		if refuses > 0 {
			m.now++
			m.apply()
			m.apply()
			quiet = false
		}
		if more && m.random.IntN(2) == 0 {
			continue
		}
		took := refuses == 0 || m.random.IntN(refuses) > 0
		accepted = accepted && took
		series += m.receive(&n, c.Time(), points, took)
		if took {
			c.Accept(n.Groups)
		}
		n.Reset()
		m.checkBound(series)
	}
	for _, l := range m.slots.gone(accepted && quiet) {
		m.checkGone(l)
	}
}

func (m *model) checkBound(series int) {
	stats := m.state.Stats()
	require.LessOrEqual(m.t, stats.Series, stats.Committed)
	if m.options.MaxSeries > 0 {
		require.LessOrEqual(m.t, series, m.options.MaxSeries, "series of a flush")
		require.LessOrEqual(m.t, stats.Committed, m.options.MaxSeries)
	}
}

func (m *model) checkGone(l Label) {
	for name, a := range m.series {
		if a.labels[l] {
			require.True(m.t, a.stale, "%s of a value that has ended", name)
		}
	}
}

// receive is the next component, and Prometheus. It counts series.
func (m *model) receive(n *Snapshot, now int64, points map[string]bool, accepted bool) (series int) {
	for _, p := range n.Counters {
		series++
		name := m.options.Metrics[p.Metric].Name
		m.point(name, p.Set.Labels, p.Addresses, lifeKey{start: p.Start}, p.Value, p.Zero, p.Ended, now, points, accepted)
	}
	for _, p := range n.Histograms {
		metric := m.options.Metrics[p.Metric]
		if p.Exponential != nil {
			series++
		} else {
			series += len(metric.Bounds) + 3
		}
		m.point(metric.Name, p.Set.Labels, Addresses{}, lifeKey{start: p.Start}, p.Sum, p.Zero, p.Ended, now, points, accepted)
		m.point(metric.Name+"_count", p.Set.Labels, Addresses{}, lifeKey{start: p.Start}, int64(p.Count), p.Zero, p.Ended, now, points, accepted)
	}
	return series
}

func (m *model) point(name string, set []Label, addresses Addresses, life lifeKey, value int64, zero, ended bool, now int64, points map[string]bool, accepted bool) {
	life.series = nameSeries(name, set, addresses)
	require.False(m.t, points[life.series], "%s has two points in a flush", life.series)
	points[life.series] = true
	require.True(m.t, m.starts[life.start], "%s does not start with a collection", life.series)
	require.Less(m.t, life.start/resolution, now/resolution)
	before := m.series[life.series]
	if needs := !ended && (before == nil || before.start != life.start); zero || m.saved.unsure[life.series] != life.start {
		require.Equal(m.t, needs, zero, "zero of %s", life.series)
	}
	if !accepted {
		if zero {
			m.saved.offered[life.series] = life.start
		}
		return
	}
	delete(m.saved.offered, life.series)
	switch {
	case ended:
		require.NotNil(m.t, before, "%s ended and had no value", life.series)
		require.Equal(m.t, before.start, life.start)
		before.stale, before.time = true, now/resolution
		return
	case before == nil:
	case before.start == life.start:
		require.LessOrEqual(m.t, m.lives[life], value, "%s went down", life.series)
		if before.stale {
			m.revived++
		}
	default:
		require.True(m.t, before.stale, "%s began anew before it ended", life.series)
		require.Greater(m.t, life.start/resolution, before.time, "%s began before its end", life.series)
		m.cameBack++
	}
	m.lives[life] = value
	if before == nil {
		before = &arrived{labels: labelsOf(set, addresses)}
		m.series[life.series] = before
	}
	before.start, before.time, before.stale = life.start, now/resolution, false
}

func nameSeries(name string, set []Label, addresses Addresses) string {
	var b strings.Builder
	b.WriteString(name)
	for _, l := range set {
		b.WriteString("," + l.Name + "=" + l.Value)
	}
	for _, value := range addresses {
		b.WriteString("," + value)
	}
	return b.String()
}

func labelsOf(set []Label, addresses Addresses) map[Label]bool {
	labels := map[Label]bool{}
	for _, l := range set {
		labels[l] = true
		if isClaimed(l) {
			labels[Label{contract.SourcePeer.SlotName(), l.Value}] = true
		}
	}
	for i, value := range addresses {
		if value != "" {
			labels[Label{contract.AddressLabels[i].String(), value}] = true
		}
	}
	return labels
}
