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
	// overflows is set where not everything fits.
	overflows bool

	now, clock int64
	// added is the reference: what each metric should add up to.
	added map[string]int64
	// lost values wait for their series to end; nothing more is added to them.
	lost map[Label]bool

	lives  map[lifeKey]int64 // the last value that arrived
	series map[string]*arrived

	revived, cameBack int
}

func newModel(t *testing.T, room int, kept []string, overflows bool, seed uint64) *model {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = 1000
	if seed%2 == 1 {
		o.ExponentialSize = 20
	}
	o.MaxSeries = room * o.MinSeries()
	return &model{
		t: t, options: o, random: rand.New(rand.NewPCG(seed, 1)), state: New(o), kept: kept, overflows: overflows, now: 1,
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
			{"reporter", "source"},
			{"source_workload", m.pick("workload-", 3)},
			{"destination_workload", "server"},
			{"destination_service", m.pick("service-", 3)},
			{"destination_service_name", m.pick("name-", 2)},
		}
		bounded := uint64(1 << 3)
		switch m.random.IntN(4) {
		case 0:
			labels[4].Value = contract.BlackHoleCluster
		case 1:
			labels[0].Value, labels[1].Value, labels[2].Value = "destination", m.pick(claimedPrefix, 2), m.pick("workload-", 3)
			bounded |= PeerBit(contract.SourcePeer)
		}
		if m.lost[labels[3]] || m.lost[claimOf(labels[1])] {
			continue
		}
		ref := b.PutKey(bounded, func(dst []byte) []byte { return append(dst, keyOf(p, labels...)...) })
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
		if kept == reportingWorkload {
			kept = "source_workload"
			if labels[Label{"reporter", "destination"}] {
				kept = "destination_workload"
			}
		}
		for l := range labels {
			if l.Name == kept && (!m.overflows || m.hasCountersOnly(name)) {
				names = append(names, l.Value)
			}
		}
	}
	return strings.Join(names, ",")
}

// reportingWorkload stands for the label of the reporter's own side.
const reportingWorkload = "reporting_workload"

// hasCountersOnly tells whether a metric keeps labels in overflow sets.
func (m *model) hasCountersOnly(name string) bool {
	for _, metric := range m.options.Metrics {
		if metric.Histogram && strings.HasPrefix(name, metric.Name) {
			return false
		}
	}
	return true
}

// claimedPrefix starts the names of workloads that nothing but their word names.
const claimedPrefix = "claimed-"

func isClaimed(l Label) bool {
	return l.Name == "source_workload" && strings.HasPrefix(l.Value, claimedPrefix)
}

// claimOf is what Slots call the peer of which that label alone is known.
func claimOf(l Label) Label {
	return Label{contract.ClaimedPeer, string(contract.AppendPeer(nil, contract.SourcePeer, func(of contract.Label) string {
		if of == contract.SourceWorkload {
			return l.Value
		}
		return ""
	}))}
}

// lose has a value lose its slot; it comes back when it has ended.
func (m *model) lose() {
	m.lost[[]Label{
		{"destination_ip", m.pick("192.0.2.", 4)},
		{"destination_host", m.pick("host-", 1)},
		{"destination_network", m.pick("network-", 1)},
		{"destination_service", m.pick("service-", 3)},
		claimOf(Label{"source_workload", m.pick(claimedPrefix, 2)}),
	}[m.random.IntN(5)]] = true
}
