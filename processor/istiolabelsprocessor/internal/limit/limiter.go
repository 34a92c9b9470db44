// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"hash/maphash"
	"maps"
	"net/netip"
	"slices"
	"sync"

	"github.com/axiomhq/hyperloglog"
)

// Limiter bounds the values of one label. It is safe for concurrent use.
type Limiter struct {
	options Options
	seed    maphash.Seed

	mu sync.Mutex
	// populations share the slots: values, then each level of networks.
	populations []*population
	networks    *networks
	distinct    *hyperloglog.Sketch
	fallbacks   Fallbacks
	nextWork    int64 // when the work that comes with time is due
	now         int64 // never goes back
	skew        int64 // what the clock was set back by
}

// New returns a limiter without values.
func New(o Options) *Limiter {
	l := &Limiter{
		options:  o,
		seed:     maphash.MakeSeed(),
		networks: newNetworks(o.Networks),
		distinct: hyperloglog.NewNoSparse(),
	}
	l.populations = l.newPopulations()
	l.fallbacks.Levels = make([]int64, len(l.levels()))
	return l
}

func (l *Limiter) newPopulations() (all []*population) {
	guaranteed := slices.Sorted(maps.Keys(l.options.Guaranteed))
	first := uint32(1) // 0 is no slot
	for i, size := range l.options.sizes() {
		p := newPopulation(&l.options, size, first, guaranteed)
		p.sharedOnly = i > 0
		all = append(all, p)
		first += uint32(size)
	}
	return all
}

func (l *Limiter) values() *population { return l.populations[0] }

// levels are those of networks, the smallest networks first.
func (l *Limiter) levels() []*population { return l.populations[1:] }

// Label is the name of the label.
func (l *Limiter) Label() string { return l.options.Label }

// Resolved is what a record's label says.
type Resolved struct {
	// Value is never part of the memory of what was asked for.
	Value string
	// Network is the name of the address' network, if it has one and Options say
	// that it is a label of its own.
	Network string
	// Slot is the number of the value's slot: one of the label's, from 1 to
	// Options.Limit. Term counts the values that the slot was given to, this one
	// included. Both are 0 if the value needs no slot: contract.Other, or the name of a
	// network.
	Slot uint32
	Term uint64
}

func (s *slot) resolved() Resolved {
	return Resolved{Value: s.text, Network: s.network, Slot: s.number, Term: s.term}
}

// Address gives the value for an address, as of now; the value is spelled in
// the usual form, without a zone and IPv4 as such. What is no address is counted
// under contract.Other, and a CIDR text under a network.
func (l *Limiter) Address(address string, a *Asker, now int64) Resolved {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.address(address, a, l.tick(now))
}

func (l *Limiter) address(address string, a *Asker, now int64) Resolved {
	hash := maphash.String(l.seed, address)
	if s := l.known(hash, address, a, now); s != nil {
		return s.resolved()
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
		if s := l.values().admit(&newcomer{hash: hash, text: address, asker: a, now: now}); s != nil {
			s.network = network
			return s.resolved()
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
	s := l.known(hash, name, a, now)
	if s == nil {
		if l.isReserved(name) {
			l.fallbacks.Reserved++
		} else {
			l.distinct.InsertHash(hash)
			s = l.values().admit(&newcomer{hash: hash, text: name, asker: a, now: now})
		}
	}
	if s == nil {
		return l.fallback(l.networks.of(address), address, address.BitLen(), a, now)
	}
	r := s.resolved()
	r.Network = l.apart(address)
	return r
}

// apart is the name of an address' network where it is a label of its own.
func (l *Limiter) apart(address netip.Addr) string {
	if !l.options.NetworkApart {
		return ""
	}
	return l.networks.of(address)
}

// known finds the slot of a value. The hash is compared first, the value to be
// sure.
func (l *Limiter) known(hash uint64, value string, a *Asker, now int64) *slot {
	s := l.values().find(hash, a, now)
	if s == nil || s.text != value {
		return nil
	}
	return s
}
