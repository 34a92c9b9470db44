// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// slotted is a record of a connection to an address that has a slot.
func slotted(address string, number uint32, term uint64) Observation {
	o := connection(address)
	o.AddressSlots[0] = contract.PackSlot(number, term)
	return o
}

var sourceKey = keyOf(contract.TCP, source)

// see applies one record of a connection to an address.
func see(s *State, incarnation, address string, number uint32, term uint64) {
	applySlots(s, 1, sourceKey, incarnation, nil, slotted(address, number, term))
}

// flush collects all, has it accepted, and tells which addresses live and which
// ended.
func flush(s *State, clock int64) (live, ended []string) {
	n, _ := collect(s, clock+10, clock, true, nil)
	return ends(n)
}

// A higher term ends the series of the value that had the slot before: its last
// count goes out first.
func TestHigherTermEnds(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	see(s, "i", "a", 1, 1)
	see(s, "i", "b", 2, 1)
	flush(s, 0)
	see(s, "i", "a", 1, 1)
	see(s, "i", "c", 1, 2)
	live, ended := flush(s, 10)
	assert.Equal(t, []string{"a", "b", "c"}, live, "a has a last count")
	assert.Empty(t, ended)
	live, ended = flush(s, 20)
	assert.Equal(t, []string{"b", "c"}, live)
	assert.Equal(t, []string{"a"}, ended)
	assert.EqualValues(t, 1, s.Stats().EndedAddresses[SlotLost])
	assert.Zero(t, s.Stats().EndedAddresses[Idle])
}

// It does not matter in which order terms arrive, nor how requests are split.
func TestLateRecordEndsAgain(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	see(s, "i", "c", 1, 2)
	see(s, "i", "a", 1, 1)
	live, ended := flush(s, 0)
	assert.Equal(t, []string{"c", "a"}, live, "it counts")
	assert.Empty(t, ended)
	_, ended = flush(s, 10)
	assert.Equal(t, []string{"a"}, ended)
	see(s, "i", "a", 1, 1)
	live, _ = flush(s, 20)
	assert.Equal(t, []string{"c", "a"}, live)
	live, ended = flush(s, 30)
	assert.Equal(t, []string{"c"}, live)
	assert.Equal(t, []string{"a"}, ended)
}

func TestRefusedEndOfALostValueIsRepeated(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	see(s, "i", "a", 1, 1)
	see(s, "i", "b", 1, 2)
	for i, step := range []struct{ accept, ended bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		n, _ := collect(s, int64(10+i), 0, step.accept, nil)
		_, ended := ends(n)
		assert.Equal(t, step.ended, len(ended) == 1, i)
	}
	assert.Equal(t, 1, s.Stats().Addresses)
}

// A value that won a slot meanwhile stays: the same one in a higher term, another
// one, or one of another processor. Late records change nothing.
func TestCurrentReferenceWins(t *testing.T) {
	for name, won := range map[string]func(s *State){
		"the same slot":     func(s *State) { see(s, "i", "a", 1, 3) },
		"another slot":      func(s *State) { see(s, "i", "a", 2, 1) },
		"another processor": func(s *State) { see(s, "j", "a", 1, 1) },
	} {
		for _, order := range []string{"lost first", "won first", "lost late", "late record"} {
			t.Run(name+", "+order, func(t *testing.T) {
				s := New(testOptions(contract.SchemaIstio), 1)
				see(s, "i", "a", 1, 1)
				lost := func() { see(s, "i", "b", 1, 2) }
				switch order {
				case "lost first":
					lost()
					won(s)
				case "won first":
					won(s)
					lost()
				case "lost late":
					won(s)
					flush(s, 0)
					lost()
				default:
					lost()
					won(s)
					see(s, "i", "a", 1, 1)
				}
				for clock := range int64(4) {
					live, ended := flush(s, 10+clock)
					assert.Contains(t, live, "a")
					assert.NotContains(t, ended, "a")
				}
			})
		}
	}
}

// A group ends with any value of its labels, those of its set included.
func TestEachLabelEndsItsSeries(t *testing.T) {
	app := Label{"source_app", "x"}
	set := func(s *State, term uint64, addresses ...Observation) {
		applySlots(s, 1, keyOf(contract.TCP, source, app), "i", []Slot{
			slotOf("source_app", 1, term),
			slotOf(contract.SourcePeer.SlotName(), 1, term),
			slotOf(contract.DestinationPeer.SlotName(), 2, term),
		}, addresses...)
	}
	other := func(s *State, label string, term uint64) {
		applySlots(s, 1, keyOf(contract.TCP, source), "i", []Slot{slotOf(label, 1, term)}, connection(""))
	}
	host := func(host string, term uint64) Observation {
		o := connection("192.0.2.1")
		o.Addresses[1], o.AddressSlots[1] = host, contract.PackSlot(1, term)
		return o
	}
	for name, tc := range map[string]struct {
		lose  func(s *State)
		ended int
		sets  int64
	}{
		"label": {func(s *State) { other(s, "source_app", 2) }, 3, 1},
		"peer":  {func(s *State) { other(s, contract.SourcePeer.SlotName(), 2) }, 3, 1},
		"peer, whose slot the other side has now": {func(s *State) { other(s, contract.DestinationPeer.SlotName(), 2) }, 3, 1},
		"second peer": {func(s *State) {
			applySlots(s, 1, keyOf(contract.TCP, source), "i", []Slot{slotOf(contract.SourcePeer.SlotName(), 2, 2)}, connection(""))
		}, 3, 1},
		"address":      {func(s *State) { see(s, "i", "192.0.2.9", 5, 2) }, 1, 0},
		"host":         {func(s *State) { applySlots(s, 1, sourceKey, "i", nil, host("b.example", 2)) }, 1, 0},
		"other label":  {func(s *State) { other(s, "source_version", 2) }, 0, 0},
		"other slot":   {func(s *State) { see(s, "i", "192.0.2.9", 9, 2) }, 0, 0},
		"other run":    {func(s *State) { see(s, "j", "192.0.2.9", 5, 2) }, 0, 0},
		"the same one": {func(s *State) { other(s, "source_app", 1) }, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(testOptions(contract.SchemaIstio), 1)
			set(s, 1, slotted("192.0.2.2", 5, 1), host("a.example", 1), connection("192.0.2.3"))
			flush(s, 0)
			tc.lose(s)
			flush(s, 10)
			flush(s, 20)
			assert.EqualValues(t, tc.ended, s.Stats().EndedAddresses[SlotLost])
			assert.Equal(t, tc.sets, s.Stats().EndedSets[SlotLost])
		})
	}
}

// A processor that says nothing for five minutes is gone if another one speaks. One
// that is alone is not.
func TestSilentProcessorIsGone(t *testing.T) {
	const second = int64(1e9)
	s := New(testOptions(contract.SchemaIstio), 1)
	see(s, "i", "a", 1, 1)
	flush(s, 0)
	live, _ := flush(s, 1000*second)
	assert.Equal(t, []string{"a"}, live, "nobody else speaks")

	see(s, "j", "b", 1, 1)
	live, ended := flush(s, 1010*second)
	assert.Equal(t, []string{"b"}, live)
	assert.Equal(t, []string{"a"}, ended, "it has been silent for long")
	assert.EqualValues(t, 1, s.Stats().EndedAddresses[ProcessorGone])

	see(s, "i", "a", 1, 1)
	live, _ = flush(s, 1020*second)
	assert.Equal(t, []string{"b", "a"}, live, "it was quiet, not gone")
	for at := int64(1030); at < 1320; at += 10 {
		// A record without a slot is a word, too.
		applySlots(s, 1, sourceKey, "j", nil, connection(""))
		_, ended = flush(s, at*second)
		assert.Empty(t, ended)
	}
	applySlots(s, 1, sourceKey, "j", nil, connection(""))
	_, ended = flush(s, 1320*second)
	assert.Equal(t, []string{"a"}, ended)

	// Whoever names no incarnation is no processor that speaks.
	apply(s, 1, sourceKey, connection(""))
	live, _ = flush(s, 2000*second)
	assert.Contains(t, live, "b")
}

// A processor that begins to speak again before the end was accepted is back.
func TestQuietProcessorComesBack(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	see(s, "i", "a", 1, 1)
	see(s, "i", "b", 2, 1)
	flush(s, 0)
	see(s, "j", "c", 1, 1)
	n, _ := collect(s, 20, silence, false, nil)
	_, ended := ends(n)
	assert.Equal(t, []string{"a", "b"}, ended)
	see(s, "i", "a", 1, 1)
	live, ended := flush(s, silence+1)
	assert.Equal(t, []string{"a", "b", "c"}, live)
	assert.Empty(t, ended)
}

// What is known of slots goes with the series that refer to them, so no records
// can make it grow beyond them.
func TestSlotsAreBoundedBySeries(t *testing.T) {
	s := newBounded(t, 100)
	for n := range 10_000 {
		of, label := "i"+strconv.Itoa(n), Label{"source_app", strconv.Itoa(n)}
		applySlots(s, 1, keyOf(contract.TCP, source, label), of, []Slot{slotOf("source_app", uint32(n), 1)}, slotted("192.0.2.1", uint32(n), uint64(n+1)))
		applySlots(s, 1, sourceKey, of, nil, slotted("192.0.2."+strconv.Itoa(n%3), uint32(n), 1))
	}
	assert.Less(t, len(s.slots.slots.entries), 100)
	assert.LessOrEqual(t, len(s.slots.incarnations.entries), len(s.slots.slots.entries))

	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = idleTimeout
	s = New(o, 1)
	for n := range 1000 {
		see(s, "i", strconv.Itoa(n), uint32(n), 1)
		see(s, "j", strconv.Itoa(n), uint32(n), 1)
	}
	assert.Len(t, s.slots.slots.entries, 1000, "of two current references the later one counts")
	flush(s, 0)
	flush(s, idleTimeout)
	assert.Empty(t, s.slots.slots.entries)
	assert.Empty(t, s.slots.incarnations.entries)
	assert.Nil(t, s.slots.last)
}

// What is none of the contract's is nobody's slot.
func TestBadSlotsAreIgnored(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	bad := connection("192.0.2.1")
	bad.AddressSlots = AddressSlots{-5, contract.PackSlot(1, 1)}
	applySlots(s, 1, sourceKey, "i", []Slot{{"source_app", "source_app", -1}}, bad)
	applySlots(s, 1, sourceKey, "", []Slot{slotOf("source_app", 1, 1)}, slotted("192.0.2.1", 1, 1))
	assert.Empty(t, s.slots.slots.entries)
}

// A record that overflows says who lost a slot, too.
func TestOverflowedRecordEndsSeries(t *testing.T) {
	for _, label := range []string{"source_app", contract.SourcePeer.SlotName()} {
		t.Run(label, func(t *testing.T) {
			s := newBounded(t, 10_000)
			applySlots(s, 1, sourceKey, "i", []Slot{slotOf(label, 1, 1)}, connection(""))
			flush(s, 0)
			s.budget.accounts[ordinary].limit = 0
			applySlots(s, 1, keyOf(contract.TCP, source, Label{"source_app", "x"}), "i", []Slot{slotOf(label, 1, 2)}, connection(""))
			assert.EqualValues(t, 1, s.Stats().Overflowed)
			flush(s, 10)
			flush(s, 20)
			assert.EqualValues(t, 1, s.Stats().EndedSets[SlotLost])
		})
	}
}
