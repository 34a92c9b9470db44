// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// savedModel is what a model has saved.
type savedModel struct {
	values [][]byte
	// fold is the index of the first value of the fold that is under way, -1 if there
	// is none.
	fold     int
	restarts int
	// offered is the start of each series whose zero was offered and refused. Whether it
	// arrived is not known after a restart, and it is not sent again: unsure has those.
	offered, unsure map[string]int64
}

func newSavedModel() savedModel {
	return savedModel{fold: -1, offered: map[string]int64{}, unsure: map[string]int64{}}
}

// save saves what changed, in parts between which records come.
func (m *model) save() {
	if !m.state.BeginSave() {
		return
	}
	var e state.Encoder
	for m.state.AppendUnsaved(&e, 1+m.random.IntN(5)) {
		if m.random.IntN(8) == 0 {
			m.apply()
		}
		if m.random.IntN(4) == 0 {
			m.saved.values = append(m.saved.values, []byte(string(e.Bytes())))
			e.Reset()
		}
	}
	m.saved.values = append(m.saved.values, []byte(string(e.Bytes())))
}

// fold saves everything once more with a collection.
func (m *model) fold() {
	m.saved.fold = len(m.saved.values)
	m.state.BeginFold()
	m.collect(m.random.IntN(4))
	if m.random.IntN(4) == 0 {
		m.restartState() // in the middle of it
		return
	}
	m.save()
	m.state.EndFold()
	m.saved.values, m.saved.fold = m.saved.values[m.saved.fold:], -1
}

// restartState goes on with a State that knows what was saved.
func (m *model) restartState() {
	for m.state.BeginSave() {
		m.save() // records may have come since
	}
	m.saved.restarts++
	var r Restorer
	for _, v := range m.saved.values {
		require.NoError(m.t, r.Read(v))
	}
	restored, left, err := r.State(m.options, m.now)
	require.NoError(m.t, err)
	require.Zero(m.t, left)
	requireSame(m.t, m.state, restored)
	m.began = m.clock
	m.state = restored
	m.state.slots.silence = silenceOfModel
	m.state.StartSaving()
	m.starts[max(m.now, r.start)] = true
	m.slots.restart()
	for series, start := range m.saved.offered {
		m.saved.unsure[series] = start
	}
}

// restart is that of the connector: it cannot tell for how long processors have been
// silent.
func (m *slotModel) restart() {
	clear(m.silenced)
	clear(m.waits)
	for of := range m.heard {
		m.spoke[of] = true
	}
}

// requireSame compares all that a State that was restored has with what it had.
func requireSame(t *testing.T, want, got *State) {
	t.Helper()
	require.Equal(t, want.stats.Sets, got.stats.Sets)
	require.Equal(t, want.stats.Addresses, got.stats.Addresses)
	require.Equal(t, want.stats.Series, got.stats.Series)
	require.Equal(t, want.stats.Committed, got.stats.Committed)
	for i := range want.budget.accounts {
		require.Equal(t, want.budget.accounts[i].charged, got.budget.accounts[i].charged)
	}
	require.Len(t, got.holders.entries, len(want.holders.entries))
	for name, h := range want.holders.entries {
		require.Equal(t, h, got.holders.entries[name])
	}
	require.Len(t, got.byKey.entries, len(want.byKey.entries))
	for key, a := range want.byKey.entries {
		b := got.byKey.entries[key]
		require.NotNil(t, b)
		require.Equal(t, a.Labels, b.Labels)
		require.Equal(t, a.account, b.account)
		require.Equal(t, a.layout, b.layout)
		requireSameReferences(t, a, b)
		require.Equal(t, a.own.alive, b.own.alive)
		requireSameNumbers(t, a.plain, b.plain, a.histograms, b.histograms)
		for ta := a.targets.first; ta != nil; ta = ta.next {
			tb := b.find(&ta.addresses)
			require.NotNil(t, tb)
			requireSameNumbers(t, ta.counters, tb.counters, nil, nil)
			for i := range ta.slots {
				requireSameReference(t, &ta.slots[i], &tb.slots[i])
			}
		}
	}
	require.Len(t, got.slots.slots.entries, len(want.slots.slots.entries))
	require.Len(t, got.slots.incarnations.entries, len(want.slots.incarnations.entries))
}

func requireSameReferences(t *testing.T, a, b *LabelSet) {
	t.Helper()
	for i := range a.slots {
		requireSameReference(t, &a.slots[i].reference, b.reference(a.slots[i].label))
	}
}

func requireSameReference(t *testing.T, a, b *reference) {
	t.Helper()
	if a.slot == nil {
		require.Nil(t, b.slot)
		return
	}
	require.NotNil(t, b.slot)
	require.Equal(t, a.term, b.term)
	require.Equal(t, a.slot.highest, b.slot.highest)
	require.Equal(t, a.slot.references, b.slot.references)
	require.Equal(t, a.slot.key.of.name, b.slot.key.of.name)
	require.Equal(t, a.slot.key.label, b.slot.key.label)
	require.Equal(t, a.slot.key.number, b.slot.key.number)
}

func requireSameNumbers(t *testing.T, a, b []counter, c, d []histogram) {
	t.Helper()
	require.Len(t, b, len(a))
	for i := range a {
		require.Equal(t, a[i].start, b[i].start)
		require.Equal(t, a[i].value, b[i].value)
	}
	require.Len(t, d, len(c))
	for i := range c {
		require.Equal(t, c[i].start, d[i].start)
		require.Equal(t, c[i].count, d[i].count)
		require.Equal(t, c[i].sum, d[i].sum)
		require.Equal(t, c[i].buckets, d[i].buckets)
		if c[i].exp == nil {
			require.Nil(t, d[i].exp)
			continue
		}
		x, y := c[i].exp.Positive(), d[i].exp.Positive()
		require.Equal(t, c[i].exp.Scale(), d[i].exp.Scale())
		require.Equal(t, c[i].exp.ZeroCount(), d[i].exp.ZeroCount())
		require.Equal(t, c[i].exp.Count(), d[i].exp.Count())
		require.Equal(t, x.Len(), y.Len())
		if x.Len() > 0 {
			require.Equal(t, x.Offset(), y.Offset())
		}
		for j := range x.Len() {
			require.Equal(t, x.At(j), y.At(j))
		}
	}
}

// TestRestarts is TestStateAgainstAReference with a State that is saved, and goes on
// in another one at random.
func TestRestarts(t *testing.T) {
	restarts := 0
	for _, test := range []struct {
		name  string
		room  int
		seeds uint64
		kept  []string
	}{
		{"unbounded", 0, 1, []string{"reporter", "source_workload", "destination_workload", "destination_service", "destination_service_name", "destination_ip", "destination_host", "destination_network"}},
		{"few overflow sets fit", 10, 2, nil},
		{"the least", 1, 8, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range test.seeds {
				m := newModel(t, test.room, test.kept, test.room > 0, seed)
				m.state.StartSaving()
				m.saves = true
				for range 100 {
					m.step()
				}
				m.finish()
				restarts += m.saved.restarts
			}
		})
	}
	assert.Greater(t, restarts, 10)
}
