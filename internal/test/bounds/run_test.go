// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
)

// runScenario sends random traffic through processors and connectors with random
// settings, into sinks that are slow and refuse.
func runScenario(t *testing.T, seed uint64, of shape) (got reached) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { got = newScenario(seed, of).run(t, seed) })
	return got
}

func (s *scenario) run(t *testing.T, seed uint64) (got reached) {
	t.Helper()
	var sinks []*sink
	var next []consumer.Metrics
	for i := range s.connectors {
		in := &sink{store: newStore(s.rules), rng: rand.New(rand.NewPCG(seed, 2+uint64(i))), slow: s.slow, refuses: s.refuses}
		sinks, next = append(sinks, in), append(next, in)
	}
	p := newPipeline(t, s, next...)
	for i := range sinks {
		sinks[i].store.witness = p.witnesses[i]
	}
	sent := newReference()
	s.traffic(t, seed, p, sent, sinks)
	for _, into := range sinks {
		into.becomeWilling(true)
	}
	s.recovers(t, p, sent, sinks)
	p.shutdown(t)
	got = newReached()
	for i, into := range sinks {
		noViolations(t, into.store)
		compare(t, sent, into.store)
		got.add(reachedBy(t, p, into.store, i == 0))
		t.Logf("flush %v, idle %v, %d refused; at most %d of %d series, %d in a request, %v of %v values; %d slots changed hands, %d records late; %v",
			s.flush, s.idle, into.refused, into.store.most.live, s.rules.maxSeries, into.most, into.store.most.values, s.rules.limits,
			p.witnesses[i].changes, p.witnesses[i].late, got)
	}
	return got
}

// traffic comes from several sources at the same time, each of which falls
// silent now and then.
func (s *scenario) traffic(t *testing.T, seed uint64, p *pipeline, sent *reference, sinks []*sink) {
	var wg sync.WaitGroup
	wg.Go(func() { s.restarts(t, p, sinks) })
	for n := range 2 + uint64(s.rng.IntN(4)) {
		wg.Go(func() {
			from := newSource(seed, n)
			for range s.requests {
				records := from.records(1 + from.rng.IntN(s.perRequest))
				switch err := p.send(t.Context(), int(n), request(records, from.asText)); {
				case err == nil:
					sent.add(records)
				case !errors.Is(err, errRefused):
					t.Error(err)
				}
				time.Sleep(time.Duration(from.rng.IntN(1000)) * time.Millisecond)
				if from.rng.IntN(40) == 0 {
					time.Sleep(2 * s.idle)
				}
			}
		})
	}
	wg.Wait()
}

// recovers shows that values give up their slots once nothing comes: the next new
// one shows at once, and takes the place of another.
func (s *scenario) recovers(t *testing.T, p *pipeline, sent *reference, sinks []*sink) {
	t.Helper()
	const late = "192.0.2.1"
	time.Sleep(s.idle + changeWindow + 4*(s.flush+s.slow))
	records := []record{{kind: tcpBlocked, namespace: "team", workload: "late", code: "0", address: netip.MustParseAddr(late)}}
	for {
		err := p.ConsumeLogs(t.Context(), request(records, false))
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errRefused)
	}
	sent.add(records)
	time.Sleep(5 * time.Second) // until it has come through what stands between
	time.Sleep(3 * (s.flush + s.slow))
	for _, into := range sinks {
		into.look(func(in *store) {
			assert.True(t, s.rules.maxSeries < unlimited || in.has(ipLabel, late), "a first contact shows again")
		})
	}
}

// changeWindow is the time in which a part of the slots may change hands.
const changeWindow = 15 * time.Second
