package aggregate

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// TestStateAgainstAReference adds random records, collects at random, has the
// next component refuse and values lose their slots at random, and compares
// what arrived with all that was added.
func TestStateAgainstAReference(t *testing.T) {
	revived, cameBack := 0, 0
	for _, test := range []struct {
		name string
		// room is how many times the least that may be configured fits.
		room      int
		seeds     uint64
		kept      []string // labels that the bound leaves
		overflows bool
	}{
		{"unbounded", 0, 2, []string{"reporter", "source_workload", "destination_service", "destination_service_name", "destination_ip", "destination_host", "destination_network"}, false},
		{"all overflow sets fit", 25, 3, []string{"reporter", "destination_service_name"}, true},
		{"few overflow sets fit", 10, 6, nil, true},
		{"the least", 1, 40, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var all Stats
			for seed := range test.seeds {
				m := newModel(t, test.room, test.kept, seed)
				for range 150 {
					m.step()
				}
				m.finish()
				revived, cameBack = revived+m.revived, cameBack+m.cameBack
				stats := m.state.Stats()
				all.Overflowed += stats.Overflowed
				for c := range NumCauses {
					all.EndedSets[c] += stats.EndedSets[c]
					all.EndedAddresses[c] += stats.EndedAddresses[c]
				}
			}
			assert.Equal(t, test.overflows, all.Overflowed > 0)
			assert.NotContains(t, all.EndedSets, int64(0))
			assert.NotContains(t, all.EndedAddresses, int64(0))
		})
	}
	assert.Positive(t, revived, "no end was overtaken by a record: the test tests too little")
	assert.Positive(t, cameBack, "no series came back: the test tests too little")
}

// model is a State with all that is known of it from outside.
type model struct {
	t       *testing.T
	options Options
	random  *rand.Rand
	state   *State
	kept    []string

	now, clock int64
	// added is the reference: what each metric should add up to.
	added map[string]int64
	// lost values wait for their series to end; nothing more is added to them.
	lost map[Label]bool

	lives  map[lifeKey]int64 // the last value that arrived
	series map[string]*arrived

	revived, cameBack int
}

type lifeKey struct {
	series string
	start  int64
}

// arrived is what Prometheus knows of a series.
type arrived struct {
	labels      map[Label]bool
	start, time int64
	stale       bool
}

func newModel(t *testing.T, room int, kept []string, seed uint64) *model {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = 1000
	if seed%2 == 1 {
		o.ExponentialSize = 20
	}
	o.MaxSeries = room * o.MinSeries()
	return &model{
		t: t, options: o, random: rand.New(rand.NewPCG(seed, 1)), state: New(o), kept: kept, now: 1,
		added: map[string]int64{}, lost: map[Label]bool{}, lives: map[lifeKey]int64{}, series: map[string]*arrived{},
	}
}

func (m *model) step() {
	m.now += 1 + m.random.Int64N(5)
	m.clock += m.random.Int64N(40)
	switch n := m.random.IntN(20); {
	case n == 0:
		m.collect(0)
	case n == 1:
		m.clock += 700
	case n == 2:
		m.lose()
	case n < 6:
		m.collect(m.random.IntN(4))
	default:
		m.apply()
	}
}

// finish adds nothing more: all must arrive, and then end.
func (m *model) finish() {
	m.collect(0)
	got := map[string]int64{}
	for life, value := range m.lives {
		got[m.project(m.series[life.series].labels, life.series)] += value
	}
	assert.Equal(m.t, m.added, got, "the last values of all lives are what was added")
	m.clock += 1000
	m.now++
	m.collect(0)
	s := m.state
	assert.Equal(m.t, Stats{
		Incomplete: s.stats.Incomplete, Cleaned: s.stats.Cleaned, Overflowed: s.stats.Overflowed,
		EndedSets: s.stats.EndedSets, EndedAddresses: s.stats.EndedAddresses,
	}, s.stats, "all is idle")
	assert.Empty(m.t, m.lost, "values wait for series that are not there")
	assert.Nil(m.t, s.sets.first)
	assert.Nil(m.t, s.sets.last)
	assert.Nil(m.t, s.byKey.entries)
	for _, a := range s.budget.accounts {
		assert.Zero(m.t, a.charged)
	}
	for name, a := range m.series {
		assert.True(m.t, a.stale, name)
	}
}

// apply adds a few records.
func (m *model) apply() {
	var b Batch
	for range 1 + m.random.IntN(3) {
		p := contract.Protocol(m.random.IntN(2))
		labels := []Label{
			{"reporter", m.pick("reporter-", 2)},
			{"source_workload", m.pick("workload-", 3)},
			{"destination_service", m.pick("service-", 3)},
			{"destination_service_name", m.pick("name-", 2)},
		}
		if m.lost[labels[2]] {
			continue
		}
		ref := b.PutKey(1<<2, func(dst []byte) []byte { return append(dst, keyOf(p, labels...)...) })
		for range 1 + m.random.IntN(4) {
			m.add(&b, ref, p, labels)
		}
	}
	m.state.Apply(&b, m.now)
}

func (m *model) pick(prefix string, of int) string { return prefix + strconv.Itoa(m.random.IntN(of)) }

func (m *model) add(b *Batch, ref KeyRef, p contract.Protocol, set []Label) {
	var addresses Addresses
	if m.random.IntN(4) > 0 {
		addresses[0] = m.pick("192.0.2.", 4)
	}
	if m.random.IntN(4) == 0 {
		addresses[1] = m.pick("host-", 1)
	}
	if m.random.IntN(6) == 0 {
		addresses[2] = m.pick("network-", 1)
	}
	labels := labelsOf(set, addresses)
	for l := range labels {
		if m.lost[l] {
			return
		}
	}
	o := b.Add(ref)
	o.Addresses = addresses
	for f := range o.Values {
		o.Values[f] = m.random.Int64N(2000)
	}
	o.Closed = p == contract.TCP && m.random.IntN(3) == 0
	for _, metric := range m.options.Metrics {
		if metric.Protocol != p || o.Closed && metric.Measure != contract.ConnectionsClosed {
			continue
		}
		value := int64(1)
		if f := fieldOf[metric.Measure]; f != one {
			value = o.Values[f]
		}
		own := labels
		if !metric.Addressed {
			own = labelsOf(set, Addresses{})
		}
		m.added[m.project(own, metric.Name)] += value
		if metric.Histogram {
			m.added[m.project(own, metric.Name+"_count")]++
		}
	}
}

// project names a metric and those of its labels that the bound leaves.
func (m *model) project(labels map[Label]bool, series string) string {
	name, _, _ := strings.Cut(series, ",")
	names := []string{name}
	for _, kept := range m.kept {
		for l := range labels {
			if l.Name == kept {
				names = append(names, l.Value)
			}
		}
	}
	return strings.Join(names, ",")
}

// lose has a value lose its slot; it comes back when it has ended.
func (m *model) lose() {
	m.lost[[]Label{
		{"destination_ip", m.pick("192.0.2.", 4)},
		{"destination_host", m.pick("host-", 1)},
		{"destination_network", m.pick("network-", 1)},
		{"destination_service", m.pick("service-", 3)},
	}[m.random.IntN(4)]] = true
}

// collect collects, while records go on to come in and the next component
// refuses every so many parts (0 for none).
func (m *model) collect(refuses int) {
	var lost []Label
	for l := range m.lost {
		lost = append(lost, l)
	}
	now := m.now
	c := m.state.Collect(now, m.clock, lost)
	var n Snapshot
	points, series := map[string]bool{}, 0
	for more := true; more; {
		more = c.Append(&n, 1+m.random.IntN(16))
		if refuses > 0 {
			m.now++
			m.apply()
			m.apply()
		}
		if more && m.random.IntN(2) == 0 {
			continue
		}
		accepted := refuses == 0 || m.random.IntN(refuses) > 0
		series += m.receive(&n, now, points, accepted)
		if accepted {
			c.Accept(n.Groups)
		}
		n.Reset()
		m.checkBound(series)
	}
	for _, l := range lost {
		if !c.Left(l) {
			m.checkGone(l)
			delete(m.lost, l)
		}
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
		m.point(name, p.Set.Labels, p.Addresses, lifeKey{start: p.Start}, p.Value, p.Ended, now, points, accepted)
	}
	for _, p := range n.Histograms {
		metric := m.options.Metrics[p.Metric]
		if p.Exponential != nil {
			series++
		} else {
			series += len(m.options.Bounds(metric)) + 3
		}
		m.point(metric.Name, p.Set.Labels, Addresses{}, lifeKey{start: p.Start}, p.Sum, p.Ended, now, points, accepted)
		m.point(metric.Name+"_count", p.Set.Labels, Addresses{}, lifeKey{start: p.Start}, int64(p.Count), p.Ended, now, points, accepted)
	}
	return series
}

func (m *model) point(name string, set []Label, addresses Addresses, life lifeKey, value int64, ended bool, now int64, points map[string]bool, accepted bool) {
	life.series = nameSeries(name, set, addresses)
	require.False(m.t, points[life.series], "%s has two points in a flush", life.series)
	points[life.series] = true
	if !accepted {
		return
	}
	before := m.series[life.series]
	switch {
	case ended:
		require.NotNil(m.t, before, "%s ended and had no value", life.series)
		require.Equal(m.t, before.start, life.start)
		before.stale, before.time = true, now
		return
	case before == nil:
	case before.start == life.start:
		require.LessOrEqual(m.t, m.lives[life], value, "%s went down", life.series)
		if before.stale {
			m.revived++
		}
	default:
		require.True(m.t, before.stale, "%s began anew before it ended", life.series)
		require.Greater(m.t, life.start, before.time, "%s began before its end", life.series)
		m.cameBack++
	}
	require.LessOrEqual(m.t, life.start, now)
	m.lives[life] = value
	if before == nil {
		before = &arrived{labels: labelsOf(set, addresses)}
		m.series[life.series] = before
	}
	before.start, before.time, before.stale = life.start, now, false
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
	}
	for i, value := range addresses {
		if value != "" {
			labels[Label{contract.AddressLabels[i].String(), value}] = true
		}
	}
	return labels
}
