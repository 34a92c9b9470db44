// SPDX-License-Identifier: Apache-2.0

package lastheard

import (
	"container/list"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// Proxy is a node id of one client.
type Proxy struct {
	// NodeID is the node id, as in sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local.
	NodeID string
	// Client is the IP address of the client that sent it.
	Client string
}

// Table holds a bounded number of proxies. It is safe for concurrent use.
type Table struct {
	most int
	ttl  time.Duration

	mu      sync.Mutex
	proxies map[Proxy]*list.Element
	// clients holds the entries of each client, the one last heard first.
	clients map[string]*list.List
}

// entry is a value of the lists.
type entry struct {
	proxy Proxy
	heard time.Time
}

// maxNodeID is the longest node id that is kept, in bytes. Istio's are shorter.
const maxNodeID = 512

// New makes a table of at most so many proxies. One that is not heard for ttl goes.
func New(most int, ttl time.Duration) *Table {
	return &Table{most: most, ttl: ttl, proxies: map[Proxy]*list.Element{}, clients: map[string]*list.List{}}
}

// Heard notes that records of a proxy came. A node id that is empty or longer
// than Istio's is left out. A nil table notes nothing.
func (t *Table) Heard(nodeID, client string, now time.Time) {
	if t == nil || nodeID == "" || len(nodeID) > maxNodeID {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := Proxy{nodeID, client}
	if e, ok := t.proxies[p]; ok {
		e.Value.(*entry).heard = now
		t.clients[client].MoveToFront(e)
		return
	}
	if len(t.proxies) >= t.most {
		t.makeRoom(client, now)
	}
	// What is kept must not keep the message alive.
	p = Proxy{strings.Clone(nodeID), strings.Clone(client)}
	of := t.clients[client]
	if of == nil {
		of = list.New()
		t.clients[p.Client] = of
	}
	t.proxies[p] = of.PushFront(&entry{p, now})
}

// makeRoom removes an entry: the oldest of the new one's own client if it has
// any. If not, it removes what has expired, or else the oldest entry of the client
// that has most.
func (t *Table) makeRoom(client string, now time.Time) {
	if own := t.clients[client]; own != nil {
		t.remove(own.Back())
		return
	}
	t.expire(now)
	if len(t.proxies) < t.most {
		return
	}
	var victim *list.List
	for _, of := range t.clients {
		if victim == nil || of.Len() > victim.Len() || of.Len() == victim.Len() && oldest(of).Before(oldest(victim)) {
			victim = of
		}
	}
	t.remove(victim.Back())
}

func oldest(l *list.List) time.Time { return l.Back().Value.(*entry).heard }

func (t *Table) expire(now time.Time) {
	for _, of := range t.clients {
		for e := of.Back(); e != nil && now.Sub(e.Value.(*entry).heard) > t.ttl; e = of.Back() {
			t.remove(e)
		}
	}
}

func (t *Table) remove(e *list.Element) {
	p := e.Value.(*entry).proxy
	delete(t.proxies, p)
	of := t.clients[p.Client]
	of.Remove(e)
	if of.Len() == 0 {
		delete(t.clients, p.Client)
	}
}

// All gives each proxy that was heard within the ttl, and when.
func (t *Table) All(now time.Time) iter.Seq2[Proxy, time.Time] {
	t.mu.Lock()
	t.expire(now)
	all := make([]entry, 0, len(t.proxies))
	for _, e := range t.proxies {
		all = append(all, *e.Value.(*entry))
	}
	t.mu.Unlock()
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.proxy.NodeID, b.proxy.NodeID) })
	return func(yield func(Proxy, time.Time) bool) {
		for _, e := range all {
			if !yield(e.proxy, e.heard) {
				return
			}
		}
	}
}
