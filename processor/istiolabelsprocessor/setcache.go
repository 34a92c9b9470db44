package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"sync"
)

const (
	// maxSets bounds the sets of one generation; two are held.
	maxSets = 4096
	// maxKey bounds a key made of labels; those of lookup are shorter. With keys
	// and labels that long, what is remembered is some 100 MiB; usually a few.
	maxKey = 4096
)

// setCache remembers label sets that all workers share. It holds two
// generations: a full one becomes the old one, and a set found there moves on
// to the new one, so that what is in use stays without an order to keep.
type setCache struct {
	mu       sync.Mutex
	new, old map[string]*labelSet
}

func newSetCache() *setCache {
	return &setCache{new: make(map[string]*labelSet)}
}

func (c *setCache) get(key []byte) *labelSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.new[string(key)]; ok {
		return s
	}
	s := c.old[string(key)]
	if s != nil {
		c.addLocked(s)
	}
	return s
}

func (c *setCache) put(s *labelSet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addLocked(s)
}

func (c *setCache) addLocked(s *labelSet) {
	if len(c.new) >= maxSets {
		c.old, c.new = c.new, make(map[string]*labelSet, maxSets/4)
	}
	c.new[s.key] = s
}
