// SPDX-License-Identifier: Apache-2.0

package generations

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func key(i int) []byte { return fmt.Append(nil, i) }

func TestCacheIsBounded(t *testing.T) {
	const size = 10
	c := New[int](size)
	for i := range 50 * size {
		c.Put(string(key(i)), i)
		assert.LessOrEqual(t, c.Len(), 2*size)
	}
	_, ok := c.Get(key(0))
	assert.False(t, ok)
}

func TestWhatIsInUseStays(t *testing.T) {
	const size = 10
	c := New[string](size)
	c.Put("used", "v")
	for i := range 50 * size {
		c.Put(string(key(i)), "")
		v, ok := c.Get([]byte("used"))
		assert.True(t, ok)
		assert.Equal(t, "v", v)
	}
}

func TestConcurrentUse(t *testing.T) {
	c := New[int](5)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 1000 {
				c.Put(string(key(i%20)), i%20)
				if v, ok := c.Get(key((i + 7) % 20)); ok {
					assert.Equal(t, (i+7)%20, v)
				}
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, c.Len(), 10)
}

func TestNoAllocations(t *testing.T) {
	c := New[int](5)
	c.Put("k", 1)
	k := []byte("k")
	assert.Zero(t, testing.AllocsPerRun(100, func() { c.Get(k) }))
}
