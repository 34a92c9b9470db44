// SPDX-License-Identifier: Apache-2.0

package pairing

import "time"

const (
	// keyBytes is what a remembered key costs, with the slack of its map.
	keyBytes = 40
	// payerBytes is what it costs to note that a share has paid for keys, with
	// the share itself, which may outlive its connection.
	payerBytes = 128
)

// memory remembers keys for at least one wait and at most two, each as often as
// it was added. The zero value is ready for use. Its maps are made when needed
// and dropped when they are old: most proxies are idle most of the time.
type memory struct {
	young, old generation
	turned     time.Time
}

// generation is what came during one wait. A map does not shrink, so what a key
// costs is given back with the whole generation.
type generation struct {
	keys map[uint64]int32
	paid map[*share]int64
}

// turn forgets what is old enough.
func (m *memory) turn(now time.Time, wait time.Duration) {
	age := now.Sub(m.turned)
	if age < wait {
		return
	}
	m.old.drop()
	m.old, m.young = m.young, generation{}
	if age >= 2*wait {
		m.old.drop()
	}
	m.turned = now
}

// add remembers a key, false if there is no room for it.
func (m *memory) add(key uint64, s *share) bool { return m.young.add(key, s) }

// remove takes a key out once, the oldest first.
func (m *memory) remove(key uint64) bool { return m.old.remove(key) || m.young.remove(key) }

func (m *memory) empty() bool { return len(m.young.keys) == 0 && len(m.old.keys) == 0 }

func (g *generation) add(key uint64, s *share) bool {
	if n, known := g.keys[key]; known {
		g.keys[key] = n + 1
		return true
	}
	paid, known := g.paid[s]
	cost := int64(keyBytes)
	if !known {
		cost += payerBytes
	}
	if !s.take(cost) {
		return false
	}
	if g.keys == nil {
		g.keys, g.paid = map[uint64]int32{}, map[*share]int64{}
	}
	g.keys[key]++
	g.paid[s] = paid + cost
	return true
}

func (g *generation) remove(key uint64) bool {
	n := g.keys[key]
	if n == 0 {
		return false
	}
	g.keys[key] = n - 1
	return true
}

func (g *generation) drop() {
	for s, n := range g.paid {
		s.free(n)
	}
	*g = generation{}
}
