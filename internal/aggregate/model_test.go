// SPDX-License-Identifier: Apache-2.0

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
	// collected is the time of the last collection, starts are those that a series may have.
	collected int64
	starts    map[int64]bool
	// added is the reference: what each metric should add up to.
	added map[string]int64
	// processors are two that give slots, each with incarnations one after the other.
	processors [2]*giver
	runs       int
	slots      slotModel

	lives  map[lifeKey]int64 // the last value that arrived
	series map[string]*arrived

	revived, cameBack int

	// saves is set where the State is saved, and restarted. Its clock began at began.
	saves bool
	saved savedModel
	began int64
}

func newModel(t *testing.T, room int, kept []string, overflows bool, seed uint64) *model {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = 1000
	if seed%2 == 1 {
		o.ExponentialSize = 20
	}
	o.MaxSeries = room * o.MinSeries()
	m := &model{
		t: t, options: o, random: rand.New(rand.NewPCG(seed, 1)), state: New(o, 1), kept: kept, overflows: overflows, now: 1,
		starts: map[int64]bool{1: true}, added: map[string]int64{}, slots: newSlotModel(), lives: map[lifeKey]int64{}, series: map[string]*arrived{},
	}
	m.state.slots.silence = silenceOfModel
	m.saved = newSavedModel()
	for i := range m.processors {
		m.restart(i)
	}
	return m
}

func (m *model) restart(processor int) {
	m.runs++
	m.processors[processor] = newGiver(strconv.Itoa(m.runs))
}

func (m *model) step() {
	m.now += 1 + m.random.Int64N(5*resolution)
	m.clock += m.random.Int64N(40)
	if m.saves {
		switch m.random.IntN(16) {
		case 0:
			m.restartState()
		case 1:
			m.fold()
		case 2, 3:
			m.save()
		}
	}
	switch n := m.random.IntN(20); {
	case n == 0:
		m.collect(0)
	case n == 1:
		m.clock += 700
	case n == 2 && m.random.IntN(4) == 0:
		m.now = max(1, m.now-20*resolution) // the clock is set back
	case n == 3 && m.random.IntN(4) == 0:
		m.restart(m.random.IntN(2))
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
	assert.Empty(m.t, s.slots.slots.entries)
	assert.Empty(m.t, s.slots.incarnations.entries)
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
		from := m.processors[m.random.IntN(2)]
		labels := []Label{
			{"reporter", "source"},
			{"source_workload", m.pick("workload-", 3)},
			{"destination_workload", "server"},
			{"destination_service", ""},
			{"destination_service_name", m.pick("name-", 2)},
		}
		given := []held{from.give(m.random, "destination_service", "service-")}
		labels[3].Value = given[0].value
		switch m.random.IntN(4) {
		case 0:
			labels[4].Value = contract.BlackHoleCluster
		case 1:
			peer := from.give(m.random, contract.SourcePeer.SlotName(), claimedPrefix)
			given = append(given, peer)
			labels[0].Value, labels[1].Value, labels[2].Value = "destination", peer.value, m.pick("workload-", 3)
		}
		var slots []Slot
		for _, h := range given {
			m.slots.record(from.name, h)
			slots = append(slots, h.slot())
		}
		b.Begin(Labels{Incarnation: from.name}, slots, func(dst []byte) []byte { return append(dst, keyOf(p, labels...)...) })
		for range 1 + m.random.IntN(4) {
			m.add(&b, from, p, labels)
		}
	}
	m.state.Apply(&b, m.now)
}

func (m *model) pick(prefix string, of int) string { return prefix + strconv.Itoa(m.random.IntN(of)) }

func (m *model) add(b *Batch, from *giver, p contract.Protocol, set []Label) {
	o := b.Add()
	if m.random.IntN(4) > 0 {
		h := from.give(m.random, "destination_ip", "192.0.2.")
		m.slots.record(from.name, h)
		o.Addresses[0], o.AddressSlots[0] = h.value, h.slot().Packed
	}
	if m.random.IntN(4) == 0 {
		h := from.give(m.random, "destination_host", "host-")
		m.slots.record(from.name, h)
		o.Addresses[1], o.AddressSlots[1] = h.value, h.slot().Packed
	}
	if m.random.IntN(6) == 0 {
		o.Addresses[2] = m.pick("network-", 1)
	}
	labels := labelsOf(set, o.Addresses)
	for f := range o.Values {
		o.Values[f] = m.random.Int64N(2000)
	}
	o.Closed = p == contract.TCP && m.random.IntN(3) == 0
	for _, metric := range m.options.Metrics {
		if metric.Protocol != p || o.Closed && !metric.CountsClosed {
			continue
		}
		value := int64(1)
		if f := metric.Field; f != One {
			value = o.Values[f]
		}
		own := labels
		if !metric.Addressed {
			own = labelsOf(set, Addresses{})
		}
		m.added[m.project(own, metric.Name)] += value
		if metric.Kind == Histogram {
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
		if metric.Kind == Histogram && strings.HasPrefix(name, metric.Name) {
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
