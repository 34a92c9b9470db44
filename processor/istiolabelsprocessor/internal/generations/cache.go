// SPDX-License-Identifier: Apache-2.0

// Package generations remembers values that are in use, in bounded memory.
package generations // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/generations"

import "sync"

// Cache maps keys to values. It approximates an LRU without a list: it holds two
// generations of at most size values. A full one becomes the old one. A value that
// is found in the old one moves to the new one, and what nobody asked for goes
// with its generation. It is safe for concurrent use.
type Cache[V any] struct {
	size int

	mu       sync.Mutex
	new, old map[string]V
}

// New returns an empty cache.
func New[V any](size int) *Cache[V] {
	return &Cache[V]{size: size, new: map[string]V{}}
}

// Get returns the value of a key.
func (c *Cache[V]) Get(key []byte) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.new[string(key)]; ok {
		return v, true
	}
	v, ok := c.old[string(key)]
	if ok {
		c.addLocked(string(key), v)
	}
	return v, ok
}

// Put remembers a value.
func (c *Cache[V]) Put(key string, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addLocked(key, v)
}

func (c *Cache[V]) addLocked(key string, v V) {
	if len(c.new) >= c.size {
		c.old, c.new = c.new, make(map[string]V, c.size/4)
	}
	c.new[key] = v
}

// Len is the number of values, those counted twice that are in both generations.
func (c *Cache[V]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.new) + len(c.old)
}
