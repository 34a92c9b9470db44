package limit

import (
	"hash/maphash"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/axiomhq/hyperloglog"
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
	if network == "" || l.options.NetworkApart {
		if s := l.values.admit(hash, func() string { return address }, a, now); s != nil {
			s.network = network
			return Resolved{s.text, network}
		}
	}
	return l.fallback(network, addr, addr.BitLen(), a, now)
}

// Name gives the value for a name, as of now. A name that has no slot falls back
// on the network of its address, if one is given.
func (l *Limiter) Name(name string, address netip.Addr, a *Asker, now int64) Resolved {
	l.mu.Lock()
	defer l.mu.Unlock()
	now = l.tick(now)
	address = address.Unmap()
	hash := maphash.String(l.seed, name)
	if s := l.known(hash, name, a, now); s != nil {
		return Resolved{s.text, l.apart(address)}
	}
	if l.isReserved(name) {
		l.fallbacks.Reserved++
	} else {
		l.distinct.InsertHash(hash)
		if s := l.values.admit(hash, func() string { return name }, a, now); s != nil {
			return Resolved{s.text, l.apart(address)}
		}
	}
	return l.fallback(l.networks.of(address), address, address.BitLen(), a, now)
}

// apart is the name of an address' network where it is a label of its own.
func (l *Limiter) apart(address netip.Addr) string {
	if !l.options.NetworkApart {
		return ""
	}
	return l.networks.of(address)
}

// fallback counts what has no slot under the name of its network, unless that is
// a label of its own, or under a network that has a slot. Only the first bits of
// the address are known.
func (l *Limiter) fallback(network string, addr netip.Addr, known int, a *Asker, now int64) Resolved {
	if network != "" && !l.options.NetworkApart {
		l.fallbacks.Network++
		return Resolved{Value: network}
	}
	return Resolved{l.rollUp(addr, known, a, now), network}
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
	prefix, err := ParseNetwork(text)
	if err != nil {
		l.fallbacks.Other++
		return Resolved{Value: Other}
	}
	return l.fallback(l.networks.around(prefix), prefix.Addr(), prefix.Bits(), a, now)
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

// Label is the name of the label.
func (l *Limiter) Label() string { return l.options.Label }
