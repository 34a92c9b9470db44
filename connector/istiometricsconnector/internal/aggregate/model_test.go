package aggregate

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

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
