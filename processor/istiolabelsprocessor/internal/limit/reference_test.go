package limit

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// connector holds series the way the real one does: it learns at a flush which
// values rest, exports their last counts with it, and ends them with the next
// flush that goes out.
type connector struct {
	watch   contract.SlotWatch
	alive   map[string]int64
	leaving map[uint64]int64 // by turn, what went out last
	onTop   map[string]bool  // values that need no slot
	ended   int64
	fresh   int // values that are new since the last flush
}

// count is called with values of a call, some time after it began.
func (c *connector) count(values []string) {
	for _, v := range values {
		if _, ok := c.alive[v]; !ok && !c.onTop[v] {
			c.fresh++
		}
		c.alive[v]++
	}
}

// bounded is how many values are alive that need a slot.
func (c *connector) bounded() int {
	n := len(c.alive)
	for v := range c.onTop {
		if _, ok := c.alive[v]; ok {
			n--
		}
	}
	return n
}

// total is what all series that ever lived add up to.
func (c *connector) total() int64 {
	sum := c.ended
	for _, n := range c.alive {
		sum += n
	}
	return sum
}

// flush sends all that lives, and ends what rested at the last flush already.
func (c *connector) flush(t *testing.T, resting []contract.Resting) (ended []contract.Resting) {
	t.Helper()
	leaving := make(map[uint64]int64, len(resting))
	for _, r := range resting {
		sent, ok := c.leaving[r.Turn]
		if !ok {
			leaving[r.Turn] = c.alive[r.Value]
			continue
		}
		require.Equal(t, sent, c.alive[r.Value], "%s counts while it rests", r.Value)
		c.ended += sent
		delete(c.alive, r.Value)
		ended = append(ended, r)
	}
	c.leaving, c.fresh = leaving, 0
	return ended
}

// reference knows of every value all that the answers tell, and from lost which
// ones were outranked: a flush tells only later.
type reference struct {
	asked     map[string]int64
	lost      func(value string) bool
	held      map[string]*holding // by the value that stands on records
	stats     Stats
	nextSweep int64
}

type holding struct {
	seen      int64
	idle      bool // retired since it stayed away
	outranked bool
}

// sweep retires what stayed away, at the times when a limiter does.
func (r *reference) sweep(o *Options, now int64) {
	for value, h := range r.held {
		switch {
		case h.idle || h.outranked || now-h.seen < int64(o.IdleTimeout):
		case r.lost(value):
			r.outranked(h)
		default:
			h.idle = true
		}
	}
	r.nextSweep = now + int64(max(o.IdleTimeout/sweeps, minSweep))
}

func (r *reference) outranked(h *holding) {
	h.outranked = true
}

// ended notes that a value has lost its slot for good.
func (r *reference) ended(value string) {
	if r.held[value].outranked {
		r.stats.EvictedOutranked++
	} else {
		r.stats.EvictedIdle++
	}
	delete(r.held, value)
}

// answer notes what a value was counted under.
func (r *reference) answer(o *Options, asked, got string, now int64) {
	r.asked[asked]++
	switch prefix, err := netip.ParsePrefix(got); {
	case got == asked:
	case o.Networks[got] != nil:
		r.stats.Network++
		return
	case err == nil:
		lengths := o.RollUp.IPv4
		if prefix.Addr().Is6() {
			lengths = o.RollUp.IPv6
		}
		r.stats.Levels[slices.Index(lengths, prefix.Bits())]++
	default:
		r.stats.Other++
		return
	}
	h := r.held[got]
	if h == nil {
		h = new(holding)
		r.held[got] = h
		r.stats.Admitted++
	}
	h.seen, h.idle = now, false
}

// world is a limiter between senders and a connector, and the reference beside it.
type world struct {
	*fixture
	t         *testing.T
	random    *rand.Rand
	connector *connector
	reference *reference
	late      []lateCall
	nextFlush int64
	flushes   int
	fresh     int // new values of all flushes
	sent      int64
}

// lateCall is one that has not returned.
type lateCall struct {
	call   uint64
	values []string
	until  int // the flush before which it does
}

const flushEvery = int64(30 * time.Second)

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	w := &world{fixture: newFixture(o), t: t, random: rand.New(rand.NewPCG(5, 5)), nextFlush: start + flushEvery}
	w.connector = &connector{
		watch: w.ledger.Watch(), alive: map[string]int64{}, leaving: map[uint64]int64{},
		onTop: map[string]bool{Other: true, "unknown": true},
	}
	for name := range o.Networks {
		w.connector.onTop[name] = true
	}
	w.reference = &reference{asked: map[string]int64{}, held: map[string]*holding{}, lost: w.lost}
	w.reference.stats.Levels = make([]int64, o.RollUp.levels())
	return w
}

// lost tells whether a value has lost its slot to another one.
func (w *world) lost(value string) bool {
	for p := range w.populations {
		for _, i := range p.turns {
			if p.slots[i].text == value && p.slots[i].state == restsOutranked {
				return true
			}
		}
	}
	return false
}

// request is what a record asks for.
type request struct {
	address string
	asker   *Asker
}

// send hands down one call. One in eight returns some flushes later.
func (w *world) send(requests ...request) {
	call := w.ledger.Begin()
	values := make([]string, 0, len(requests))
	for _, r := range requests {
		if w.now >= w.reference.nextSweep {
			w.reference.sweep(&w.options, w.now)
		}
		got := w.ask(r.address, r.asker)
		w.reference.answer(&w.options, r.address, got, w.now)
		values = append(values, got)
	}
	w.sent += int64(len(requests))
	if w.random.IntN(8) == 0 {
		w.late = append(w.late, lateCall{call, values, w.flushes + 1 + w.random.IntN(3)})
		return
	}
	w.connector.count(values)
	w.ledger.End(call)
}

// pass lets time pass, with a flush at every interval. One in ten is refused.
func (w *world) pass(d time.Duration) {
	for end := w.now + int64(d); ; w.nextFlush += flushEvery {
		if w.now = min(end, w.nextFlush); w.now < w.nextFlush {
			return
		}
		w.flush(w.random.IntN(10) == 0)
	}
}

func (w *world) flush(refused bool) {
	w.flushes++
	w.late = slices.DeleteFunc(w.late, func(c lateCall) bool {
		if c.until <= w.flushes {
			w.connector.count(c.values)
			w.ledger.End(c.call)
		}
		return c.until <= w.flushes
	})
	require.LessOrEqual(w.t, w.connector.bounded(), w.options.Limit, "the bound, at its worst: before series end")
	if refused {
		return
	}
	resting := w.connector.watch.Resting(nil)
	w.reference.sweep(&w.options, w.now)
	for _, r := range resting {
		if h := w.reference.held[r.Value]; !h.idle && !h.outranked {
			w.reference.outranked(h)
		}
	}
	w.fresh += w.connector.fresh
	ended := w.connector.flush(w.t, resting)
	for _, r := range ended {
		w.reference.ended(r.Value)
	}
	w.connector.watch.Ended(ended)
	w.totals()
}

// totals holds what was counted to what was asked for.
func (w *world) totals() {
	late := int64(0)
	for _, c := range w.late {
		late += int64(len(c.values))
	}
	require.Equal(w.t, w.sent, w.connector.total()+late)
}

// finish ends the storm: all calls return, and after idle_timeout and two
// flushes all slots are free.
func (w *world) finish() {
	w.t.Helper()
	w.verify()
	w.pass(w.options.IdleTimeout + time.Duration(20*flushEvery))
	require.Empty(w.t, w.late)
	w.verify()
	require.Zero(w.t, w.connector.bounded(), "all series have ended")
	require.Empty(w.t, w.reference.held)
	for p := range w.populations {
		require.Zero(w.t, len(p.slots)-len(p.free), "all slots are free")
		require.Empty(w.t, p.sources)
	}
	w.send(request{"203.0.113.77", blackHole})
	require.Len(w.t, w.reference.held, min(1, w.values.size), "it has recovered")
}

// verify compares the limiter with the reference.
func (w *world) verify() {
	w.t.Helper()
	for len(w.late) > 0 {
		w.pass(time.Duration(flushEvery))
	}
	w.flush(false) // tells the reference of what rests
	w.check(w.t)
	got, want := w.Stats(), w.reference.stats
	require.InEpsilon(w.t, len(w.reference.asked), w.Distinct(), 0.03)
	require.Equal(w.t, len(w.reference.held), got.Live+got.Resting)
	want.Limit, want.Live, want.Resting = w.options.Limit, got.Live, got.Resting
	require.Equal(w.t, want, got)
	w.totals()

	// In the long run slots change hands by idleness once in idle_timeout at
	// most, and otherwise a tenth of them in two flushes.
	changing := 0
	for p := range w.populations {
		changing += max(1, p.size/outrankedPart)
	}
	rounds := int((w.now - start) / int64(w.options.IdleTimeout))
	require.LessOrEqual(w.t, w.fresh, w.options.Limit*(1+rounds)+changing*(1+w.flushes/2))
}
