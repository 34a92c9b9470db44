// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import (
	"context"
	"net/netip"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Resolver knows the names of addresses. It is safe for concurrent use.
type Resolver struct {
	options Options
	dns     dns
	counts  counts

	// ctx ends with Stop.
	ctx     context.Context
	cancel  context.CancelFunc
	queue   chan question
	workers sync.WaitGroup

	mu    sync.Mutex
	cache *simplelru.LRU[netip.Addr, entry]
}

// question is an address to ask about, as of a time.
type question struct {
	addr netip.Addr
	now  int64
}

// entry is what is known of an address. The zero value is: nothing.
type entry struct {
	// name is shown before shown; empty if there is none.
	name  string
	shown int64
	// due is when to ask again, unless a question is on its way.
	due    int64
	asking bool
}

// New returns a Resolver that knows nothing and asks nothing until Start.
func New(o Options) *Resolver { return newResolver(o, client{server: o.Server}) }

func newResolver(o Options, d dns) *Resolver {
	cache, err := simplelru.NewLRU[netip.Addr, entry](max(o.MaxEntries, 1), nil)
	if err != nil {
		panic(err) // a size less than 1, which there is none of
	}
	r := &Resolver{options: o, dns: d, queue: make(chan question, max(o.Queue, 1)), cache: cache}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Start starts the workers. It may be called once, and before Stop.
func (r *Resolver) Start() {
	for range max(r.options.Workers, 1) {
		r.workers.Go(r.work)
	}
}

// Stop cancels what is being asked, forgets what waits, and waits for the workers
// to end. If the context ends first its error is returned. What is known can
// still be looked up. It may be called without Start, and twice.
func (r *Resolver) Stop(ctx context.Context) error {
	r.mu.Lock()
	r.cancel() // under the lock of Ask: nothing joins the queue from here on
	r.mu.Unlock()
	for len(r.queue) > 0 {
		select {
		case <-r.queue:
		default: // a worker took it
		}
	}
	ended := make(chan struct{})
	go func() {
		r.workers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Lookup is the name of an address, as of now, if it is known. It changes nothing.
func (r *Resolver) Lookup(addr netip.Addr, now int64) (name string, ok bool) {
	addr = addr.Unmap().WithZone("")
	if !r.options.asksAbout(addr) {
		return "", false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e, _ := r.cache.Peek(addr)
	if e.name == "" || now >= e.shown {
		return "", false
	}
	return e.name, true
}

// Ask notes that the name of an address is of use. If it is not known, or its time is
// over, the address waits to be asked about from then on.
func (r *Resolver) Ask(addr netip.Addr, now int64) {
	addr = addr.Unmap().WithZone("")
	if !r.options.asksAbout(addr) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e, _ := r.cache.Get(addr)
	if !e.asking && now >= e.due && r.put(question{addr, now}) {
		e.asking = true
		r.cache.Add(addr, e)
	}
}

// put puts a question into the queue, if it has room.
func (r *Resolver) put(q question) bool {
	if r.ctx.Err() != nil {
		return false
	}
	select {
	case r.queue <- q:
		return true
	default:
		r.counts.dropped.Add(1)
		return false
	}
}
