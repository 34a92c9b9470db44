// SPDX-License-Identifier: Apache-2.0

// Package proxies keeps when the last record of each proxy came.
package proxies // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/proxies"

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Proxies are those that had records lately. It is safe for concurrent use.
//
// A sender may make up names. Then proxies that are quiet lose their place, and get it
// back with their next record.
type Proxies struct {
	keep time.Duration

	mu sync.Mutex
	// last has the times at which records arrived, in nanoseconds.
	last      *simplelru.LRU[string, int64]
	forgotten int64
}

// New keeps at most so many proxies, each for so long after its last record.
func New(most int, keep time.Duration) *Proxies {
	last, err := simplelru.NewLRU[string, int64](max(most, 1), nil)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &Proxies{keep: keep, last: last}
}

// Saw notes that records of these proxies arrived. It keeps copies of new names.
func (p *Proxies) Saw(names []string, now int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		if !p.last.Contains(name) {
			name = strings.Clone(name)
		}
		if p.last.Add(name, now) {
			p.forgotten++
		}
	}
}

// All returns the proxies that had records lately, the longest silent first, and how
// often one lost its place to another.
func (p *Proxies) All(now int64) (all []egress.Proxy, forgotten int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire(now)
	for _, name := range p.last.Keys() {
		last, _ := p.last.Peek(name)
		all = append(all, egress.Proxy{Name: name, LastRecord: time.Unix(0, last).UTC()})
	}
	slices.SortStableFunc(all, egress.Proxy.Compare)
	return all, p.forgotten
}

// expire drops proxies that are silent for too long.
func (p *Proxies) expire(now int64) {
	for {
		_, last, ok := p.last.GetOldest()
		if !ok || now-last <= p.keep.Nanoseconds() {
			return
		}
		p.last.RemoveOldest()
	}
}
