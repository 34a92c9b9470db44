// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"hash/maphash"
	"time"
)

const (
	// idle is how long a set is kept that no point uses: as long as Prometheus
	// shows a series that gets no samples.
	idle = 5 * time.Minute
	// sweepInterval is how often idle sets are looked for.
	sweepInterval = time.Minute
	// What an entry and a set cost beside their bytes, in bytes: the struct and
	// its place in a map.
	entryBytes, setBytes = 104, 128
)

// entry finds a set by the attributes that make it. Several may lead to one
// set: the same attributes in another order, say.
type entry struct {
	identity []byte
	set      *Set // nil: these attributes make no labels
	used     int64
	next     *entry // has the same hash
	// after is the entry of the point that came after one of this entry, nil if
	// there was none yet.
	after *entry
}

// cache holds the sets of recent points. Hashes are seeded, so that nobody can
// choose attributes which all have one.
type cache struct {
	seed     maphash.Seed
	maxBytes int

	entries map[uint64]*entry
	sets    map[uint64]*Set
	// count of sets, bytes of sets and entries.
	count, bytes int
	swept        int64
}

func newCache(maxBytes int) *cache {
	return &cache{seed: maphash.MakeSeed(), maxBytes: maxBytes, entries: map[uint64]*entry{}, sets: map[uint64]*Set{}}
}

// find returns the entry of an identity and its hash. The entry is nil if there
// is none.
func (c *cache) find(identity []byte) (e *entry, hash uint64) {
	hash = maphash.Bytes(c.seed, identity)
	for e = c.entries[hash]; e != nil && !bytes.Equal(e.identity, identity); e = e.next {
	}
	return e, hash
}

// add keeps a set for an identity. It returns the entry, which holds an equal
// set if there was one.
func (c *cache) add(hash uint64, identity []byte, set *Set) *entry {
	e := &entry{identity: bytes.Clone(identity), next: c.entries[hash]}
	if set != nil {
		e.set = c.intern(set)
		e.set.entries++
	}
	c.entries[hash] = e
	c.bytes += len(identity) + entryBytes
	return e
}

// intern returns the set that is equal to set.
func (c *cache) intern(set *Set) *Set {
	set.hash = maphash.Bytes(c.seed, set.wire)
	first := c.sets[set.hash]
	for s := first; s != nil; s = s.next {
		if bytes.Equal(s.wire, set.wire) {
			return s
		}
	}
	set.next = first
	c.sets[set.hash] = set
	c.count++
	c.bytes += len(set.wire) + setBytes
	return set
}

// trim drops what is idle, and then whatever is too much. Sets must not be in
// use. Which sets go first does not matter: a sender uses each of its sets once
// in an interval.
func (c *cache) trim(now int64) {
	if now-c.swept >= int64(sweepInterval/time.Second) {
		c.swept = now
		c.drop(func(e *entry) bool { return now-e.used > int64(idle/time.Second) })
	}
	if c.bytes > c.maxBytes {
		// A little more than needed, so that the next call need not do it again.
		keep := c.maxBytes - c.maxBytes/8
		c.drop(func(*entry) bool { return c.bytes > keep })
	}
}

// drop removes entries, and the sets to which none leads any more.
func (c *cache) drop(goes func(*entry) bool) {
	for hash, e := range c.entries {
		var kept *entry
		for next := e; next != nil; {
			e, next = next, next.next
			if goes(e) {
				c.bytes -= len(e.identity) + entryBytes
				c.release(e.set)
				// Others may still have it as what comes after them.
				*e = entry{}
			} else {
				e.next, kept = kept, e
			}
		}
		if kept == nil {
			delete(c.entries, hash)
		} else {
			c.entries[hash] = kept
		}
	}
}

// release takes note that an entry of a set is gone.
func (c *cache) release(set *Set) {
	if set == nil {
		return
	}
	if set.entries--; set.entries > 0 {
		return
	}
	c.bytes -= len(set.wire) + setBytes
	c.count--
	first := c.sets[set.hash]
	if first == set {
		first = set.next
	}
	for s := first; s != nil; s = s.next {
		if s.next == set {
			s.next = set.next
		}
	}
	if first == nil {
		delete(c.sets, set.hash)
	} else {
		c.sets[set.hash] = first
	}
}
