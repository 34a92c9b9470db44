package limit

import (
	"hash/maphash"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/axiomhq/hyperloglog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Limiter bounds the values of one label. It is safe for concurrent use.
type Limiter struct {
	options Options
	seed    maphash.Seed
	book    *book

	mu        sync.Mutex
	values    *population
	levels    []*population
	networks  *networks
	distinct  *hyperloglog.Sketch
	fallbacks Fallbacks
	nextSweep int64
	now       int64 // never goes back
	skew      int64 // what the clock was set back by
}

// Fallbacks count records whose value had no slot of its own.
type Fallbacks struct {
	// Network is those whose address lies in a network that the user named.
	Network int64
	// Levels are those under a network of that level's length.
	Levels []int64
	// Other is those of which only that is said.
	Other int64
	// Reserved is those whose value arrived looking like a fallback: each of them
	// is counted above, too.
	Reserved int64
}

// New returns a limiter whose resting slots the ledger keeps.
func New(o Options, ledger *Ledger) *Limiter {
	guaranteed := slices.Sorted(maps.Keys(o.Guaranteed))
	size, level := o.sizes()
	l := &Limiter{
		options:  o,
		seed:     maphash.MakeSeed(),
		book:     &ledger.book,
		values:   newPopulation(&o, size, guaranteed),
		networks: newNetworks(o.Networks),
		distinct: hyperloglog.NewNoSparse(),
	}
	for range o.RollUp.levels() {
		p := newPopulation(&o, level, guaranteed)
		p.byUse = true
		l.levels = append(l.levels, p)
	}
	for p := range l.populations {
		p.book, p.seed = l.book, l.seed
	}
	l.fallbacks.Levels = make([]int64, len(l.levels))
	ledger.add(l)
	return l
}

// populations are those that share the slots.
func (l *Limiter) populations(yield func(*population) bool) {
	if !yield(l.values) {
		return
	}
	for _, p := range l.levels {
		if !yield(p) {
			return
		}
	}
}

// Resolved is what a record's label says.
type Resolved struct {
	// Value is never part of the memory of what was asked for.
	Value string
	// Network is the name of the address' network, if it has one and Options say
	// that it is a label of its own.
	Network string
}

// Address gives the value for an address, as of now; the value is spelled in
// the usual form, without a zone and IPv4 as such. What is no address is counted
// under Other, and a CIDR text under a network.
func (l *Limiter) Address(address string, a *Asker, now int64) Resolved {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.address(address, a, l.tick(now))
}

func (l *Limiter) address(address string, a *Asker, now int64) Resolved {
	hash := maphash.String(l.seed, address)
	if s := l.known(hash, address, a, now); s != nil {
		return Resolved{s.text, s.network}
	}
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return l.cidr(address, a, now)
	}
	addr = addr.Unmap().WithZone("")
	if text := make([]byte, 0, 64); string(addr.AppendTo(text)) != address {
		return l.address(addr.String(), a, now)
	}
	l.distinct.InsertHash(hash)
	network := l.networks.of(addr)
	if network != "" && !l.options.NetworkApart {
		l.fallbacks.Network++
		return Resolved{Value: network}
	}
	if s := l.values.admit(hash, func() string { return address }, a, now); s != nil {
		s.network = network
		return Resolved{s.text, network}
	}
	return Resolved{l.rollUp(addr, addr.BitLen(), a, now), network}
}

// Name gives the value for a name, as of now. A name that has no slot falls back
// on the network of its address, if one is given.
func (l *Limiter) Name(name string, address netip.Addr, a *Asker, now int64) Resolved {
	l.mu.Lock()
	defer l.mu.Unlock()
	now = l.tick(now)
	address = address.Unmap()
	var network string
	if l.options.NetworkApart {
		network = l.networks.of(address)
	}
	hash := maphash.String(l.seed, name)
	if s := l.known(hash, name, a, now); s != nil {
		return Resolved{s.text, network}
	}
	if l.isReserved(name) {
		l.fallbacks.Reserved++
	} else {
		l.distinct.InsertHash(hash)
		if s := l.values.admit(hash, func() string { return name }, a, now); s != nil {
			return Resolved{s.text, network}
		}
	}
	if named := l.networks.of(address); named != "" && !l.options.NetworkApart {
		l.fallbacks.Network++
		return Resolved{Value: named}
	}
	return Resolved{l.rollUp(address, address.BitLen(), a, now), network}
}

// known finds the slot of a value. The hash is compared first, the value to be
// sure.
func (l *Limiter) known(hash uint64, value string, a *Asker, now int64) *slot {
	s := l.values.find(hash, a, now)
	if s == nil || s.text != value {
		return nil
	}
	return s
}

// cidr counts a network that stands in place of an address.
func (l *Limiter) cidr(text string, a *Asker, now int64) Resolved {
	l.fallbacks.Reserved++
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		l.fallbacks.Other++
		return Resolved{Value: Other}
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	network := l.networks.around(prefix)
	if network != "" && !l.options.NetworkApart {
		l.fallbacks.Network++
		return Resolved{Value: network}
	}
	return Resolved{l.rollUp(prefix.Addr(), prefix.Bits(), a, now), network}
}

// isReserved tells whether a value looks like one that we give ourselves.
func (l *Limiter) isReserved(value string) bool {
	if value == Other || l.networks.has(value) {
		return true
	}
	if !strings.Contains(value, "/") {
		return false
	}
	_, err := netip.ParsePrefix(value)
	return err == nil
}

// tick gives the time, which never goes back, and sweeps from time to time.
func (l *Limiter) tick(now int64) int64 {
	if l.setClock(now); l.now >= l.nextSweep {
		l.sweep()
	}
	return l.now
}

// setClock takes a caller's time. If the clock was set back, time goes on from
// where it was: slots must not wait for the old time to come again.
func (l *Limiter) setClock(now int64) {
	if back := l.now - (now + l.skew); back > int64(late) {
		l.skew += back
	}
	l.now = max(l.now, now+l.skew)
}

func (l *Limiter) sweep() {
	for p := range l.populations {
		p.sweep(l.now)
	}
	l.nextSweep = l.now + int64(max(l.options.IdleTimeout/sweeps, minSweep))
}

// Stats of a limiter.
type Stats struct {
	Limit, Live, Resting int
	// Distinct is an estimate of how many values were asked for, right to a
	// percent or two.
	Distinct uint64
	Counts
	Fallbacks
}

// Stats tells about the limiter so far.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{Limit: l.options.Limit, Distinct: l.distinct.Estimate(), Fallbacks: l.fallbacks}
	s.Levels = slices.Clone(s.Levels)
	for p := range l.populations {
		s.Live += p.live
		s.Resting += len(p.turns)
		s.Admitted += p.counts.Admitted
		s.EvictedIdle += p.counts.EvictedIdle
		s.EvictedOutranked += p.counts.EvictedOutranked
	}
	return s
}

// Options of the limiter.
func (l *Limiter) Options() Options { return l.options }

var _ keeper = (*Limiter)(nil)

// resting lists what waits for a watch and stands in no call that goes on.
func (l *Limiter) resting(dst []contract.Resting, watch uint64, now int64) []contract.Resting {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.setClock(now)
	l.sweep()
	oldest := l.book.oldest()
	for p := range l.populations {
		for turn, i := range p.turns {
			if s := &p.slots[i]; s.waiting&watch != 0 && turn < oldest {
				dst = append(dst, contract.Resting{Label: l.options.Label, Value: s.text, Turn: turn})
			}
		}
	}
	return dst
}

func (l *Limiter) ended(list []contract.Resting, watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range list {
		for p := range l.populations {
			p.ended(list[i].Turn, watch, l.now)
		}
	}
}

func (l *Limiter) watch(watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.populations {
		p.watch(watch)
	}
}

func (l *Limiter) unwatch(watch uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.populations {
		p.unwatch(watch, l.now)
	}
}
