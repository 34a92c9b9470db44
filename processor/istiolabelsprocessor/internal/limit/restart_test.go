// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// stored is what was saved of a limiter.
type stored struct {
	values   [][]byte
	restarts uint64
}

func (s *stored) save(l *Limiter) {
	if !l.BeginSave() {
		return
	}
	for more := true; more; {
		var e state.Encoder
		more = l.AppendUnsaved(&e, 3)
		s.values = append(s.values, e.Bytes())
	}
}

// restart returns a limiter that goes on with what was saved, as a crash leaves it.
func (s *stored) restart(t *testing.T, o Options, now int64) *fixture {
	t.Helper()
	var r Restorer
	for _, v := range s.values {
		d := state.NewDecoder(v)
		r.Read(d)
		require.NoError(t, d.End())
	}
	s.restarts++
	f := &fixture{Limiter: New(o), now: now}
	require.True(t, f.Restore(&r, s.restarts, now))
	f.check(t)
	f.StartSaving()
	s.save(f.Limiter)
	return f
}

// A slot and a term stand for one value, whatever comes, whenever it is saved and
// whenever the process ends.
func TestTermsOverRestarts(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 3))
			o := Options{
				Label: "destination_ip", Limit: 12, IdleTimeout: 2 * time.Minute, MaxSourceShare: 0.5,
				RollUpShare: 0.5, RollUp: RollUp{IPv4: []int{24, 16}},
			}
			f := newFixture(o)
			f.StartSaving()
			var s stored
			given := map[string]string{}
			changes, restarts := 0, 0
			for range 6000 {
				// What is asked for moves on, so that slots change hands.
				far := int(f.now-start) / int(time.Hour)
				address := fmt.Sprintf("10.%d.%d.%d", random.IntN(2), far%3, (far+random.IntN(12)*random.IntN(2))%200+1)
				asker := &Asker{Source: fmt.Sprint("app-", random.IntN(3))}
				r := f.Address(address, asker, f.now)
				if r.Term > 0 {
					place := fmt.Sprint(r.Slot, "/", r.Term)
					before, known := given[place]
					require.True(t, !known || before == r.Value, "%s was %s and is %s", place, before, r.Value)
					given[place] = r.Value
					if !known {
						changes++
					}
				}
				f.now += random.Int64N(int64(10 * time.Second))
				switch random.IntN(40) {
				case 0, 1, 2, 3, 4, 5, 6, 7:
					s.save(f.Limiter)
				case 8:
					s.values = nil
					f.BeginFold()
					s.save(f.Limiter)
				case 9:
					restarts++
					f = s.restart(t, o, f.now)
				}
			}
			f.check(t)
			require.Greater(t, changes, 100)
			require.Greater(t, restarts, 50)
		})
	}
}

// Values that live keep slot and term.
func TestValuesKeepTheirSlots(t *testing.T) {
	o := Options{Label: "destination_ip", Limit: 10, IdleTimeout: time.Hour, MaxSourceShare: 1, Guaranteed: map[string]float64{"BlackHoleCluster": 0.5}}
	f := newFixture(o)
	f.StartSaving()
	var s stored
	before := map[string]Resolved{}
	for i := range 5 {
		address := fmt.Sprint("192.0.2.", i+1)
		before[address] = f.Address(address, &Asker{Source: "a", Destination: "BlackHoleCluster"}, f.now)
		require.Positive(t, before[address].Term)
	}
	s.save(f.Limiter)
	f = s.restart(t, o, f.now)
	for address, want := range before {
		require.Equal(t, want, f.Address(address, &Asker{Source: "b"}, f.now))
	}
	require.Equal(t, 5, f.populations[0].groups[0].held)
}

func TestRestoreOfWhatDoesNotFit(t *testing.T) {
	f := newFixture(Options{Limit: 10, IdleTimeout: time.Hour, MaxSourceShare: 1})
	f.StartSaving()
	for i := range 10 {
		f.Address(fmt.Sprint("192.0.2.", i+1), &Asker{}, f.now)
	}
	var s stored
	s.save(f.Limiter)
	var r Restorer
	for _, v := range s.values {
		r.Read(state.NewDecoder(v))
	}
	l := New(Options{Limit: 5, IdleTimeout: time.Hour, MaxSourceShare: 1})
	require.False(t, l.Restore(&r, 1, f.now))
}

// FuzzRestore reads bytes that anybody may have written. What makes sense can be gone
// on with.
func FuzzRestore(f *testing.F) {
	l := newFixture(Options{Limit: 10, IdleTimeout: time.Hour, MaxSourceShare: 1, RollUpShare: 0.3, RollUp: RollUp{IPv4: []int{24}}})
	l.StartSaving()
	for i := range 20 {
		l.Address(fmt.Sprint("192.0.2.", i+1), &Asker{}, l.now)
	}
	var s stored
	s.save(l.Limiter)
	for _, v := range s.values {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Restorer
		d := state.NewDecoder(b)
		r.Read(d)
		if d.End() != nil {
			return
		}
		l := newFixture(Options{Limit: 10, IdleTimeout: time.Hour, MaxSourceShare: 1, RollUpShare: 0.3, RollUp: RollUp{IPv4: []int{24}}})
		if !l.Restore(&r, 1, start) {
			l.Forget()
		}
		l.check(t)
		l.StartSaving()
		for i := range 20 {
			l.Address(fmt.Sprint("198.51.100.", i+1), &Asker{}, l.now)
		}
		l.check(t)
	})
}
