// SPDX-License-Identifier: Apache-2.0

package series

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newTestSet(value string) *Set { return encodeSet(map[string]string{"a": value}) }

// TestCacheCollision: what has the same hash is told apart.
func TestCacheCollision(t *testing.T) {
	c := newCache(1 << 20)
	_, hash := c.find([]byte("b"))
	a := c.add(hash, []byte("a"), newTestSet("a"))
	e, _ := c.find([]byte("b"))
	assert.Nil(t, e)
	b := c.add(hash, []byte("b"), newTestSet("b"))
	e, _ = c.find([]byte("b"))
	assert.Same(t, b, e)
	c.drop(func(e *entry) bool { return e == b })
	e, _ = c.find([]byte("b"))
	assert.Nil(t, e)
	assert.Same(t, a, c.entries[hash])
}

// TestCacheAddsUp compares the cache with a model, where hashes are few.
func TestCacheAddsUp(t *testing.T) {
	c := newCache(1 << 20)
	r := rand.New(rand.NewPCG(1, 2))
	model := map[string]string{} // identity to value
	for range 1500 {
		identity := strconv.Itoa(r.IntN(60))
		value := strconv.Itoa(r.IntN(10))
		hash := uint64(len(identity))
		if _, ok := model[identity]; ok {
			goes := func(e *entry) bool { return string(e.identity) == identity }
			c.drop(goes)
			delete(model, identity)
		} else {
			e := c.add(hash, []byte(identity), newTestSet(value))
			require.Equal(t, newTestSet(value).wire, e.set.wire)
			model[identity] = value
		}
		check(t, c, model)
	}
	c.drop(func(*entry) bool { return true })
	check(t, c, nil)
	assert.Zero(t, c.bytes)
}

// check finds the entries of model, and their sets, each once.
func check(t *testing.T, c *cache, model map[string]string) {
	t.Helper()
	entries, bytes := 0, 0
	leading := map[*Set]int{}
	for _, first := range c.entries {
		for e := first; e != nil; e = e.next {
			entries++
			bytes += len(e.identity) + entryBytes
			leading[e.set]++
			require.Contains(t, model, string(e.identity))
			require.Equal(t, newTestSet(model[string(e.identity)]).wire, e.set.wire)
		}
	}
	require.Len(t, model, entries)
	sets := 0
	values := map[string]bool{}
	for _, first := range c.sets {
		for s := first; s != nil; s = s.next {
			sets++
			bytes += len(s.wire) + setBytes
			require.Equal(t, leading[s], s.entries)
			values[string(s.wire)] = true
		}
	}
	require.Len(t, leading, sets)
	require.Len(t, values, sets)
	require.Equal(t, sets, c.count)
	require.Equal(t, bytes, c.bytes)
}
