package lastheard

import (
	"container/list"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// Proxy is a node id as it came from an address.
type Proxy struct {
	// Node is the node id, as in sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local.
	Node string
	// Peer is the IP address that it came from.
	Peer string
}

// Namespace is that of the proxy's pod, empty if its node id does not have the
// form of Istio's: TYPE~ADDRESS~POD.NAMESPACE~DOMAIN.
func (p Proxy) Namespace() string {
	parts := strings.Split(p.Node, "~")
	if len(parts) != 4 {
		return ""
	}
	return parts[2][strings.LastIndexByte(parts[2], '.')+1:]
}

// Table holds a bounded number of proxies. It is safe for concurrent use.
type Table struct {
	most int
	ttl  time.Duration

	mu      sync.Mutex
	proxies map[Proxy]*list.Element
	// peers holds the entries of each address, the one last heard first.
	peers map[string]*list.List
}

// entry is a value of the lists.
type entry struct {
	proxy Proxy
	heard time.Time
}

// maxNode is the longest node id that is kept, in bytes. Istio's are shorter.
const maxNode = 512

// New makes a table of at most so many proxies. One that is not heard for ttl goes.
func New(most int, ttl time.Duration) *Table {
	return &Table{most: most, ttl: ttl, proxies: map[Proxy]*list.Element{}, peers: map[string]*list.List{}}
}

// Heard notes that records of a proxy came. A node id that is empty or longer
// than Istio's is left out. A nil table notes nothing.
func (t *Table) Heard(node, peer string, now time.Time) {
	if t == nil || node == "" || len(node) > maxNode {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := Proxy{node, peer}
	if e, ok := t.proxies[p]; ok {
		e.Value.(*entry).heard = now
		t.peers[peer].MoveToFront(e)
		return
	}
	if len(t.proxies) >= t.most {
		t.makeRoom(peer, now)
	}
	// What is kept must not keep the message alive.
	p = Proxy{strings.Clone(node), strings.Clone(peer)}
	of := t.peers[peer]
	if of == nil {
		of = list.New()
		t.peers[p.Peer] = of
	}
	t.proxies[p] = of.PushFront(&entry{p, now})
}

// makeRoom removes what has expired, or else one entry: the new sender's own
// oldest if it has any, or else the oldest of the address that has most.
func (t *Table) makeRoom(peer string, now time.Time) {
	if own := t.peers[peer]; own != nil {
		t.remove(own.Back())
		return
	}
	t.expire(now)
	if len(t.proxies) < t.most {
		return
	}
	var victim *list.List
	for _, of := range t.peers {
		if victim == nil || of.Len() > victim.Len() || of.Len() == victim.Len() && oldest(of).Before(oldest(victim)) {
			victim = of
		}
	}
	t.remove(victim.Back())
}

func oldest(l *list.List) time.Time { return l.Back().Value.(*entry).heard }

func (t *Table) expire(now time.Time) {
	for _, of := range t.peers {
		for e := of.Back(); e != nil && now.Sub(e.Value.(*entry).heard) > t.ttl; e = of.Back() {
			t.remove(e)
		}
	}
}

func (t *Table) remove(e *list.Element) {
	p := e.Value.(*entry).proxy
	delete(t.proxies, p)
	of := t.peers[p.Peer]
	of.Remove(e)
	if of.Len() == 0 {
		delete(t.peers, p.Peer)
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
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.proxy.Node, b.proxy.Node) })
	return func(yield func(Proxy, time.Time) bool) {
		for _, e := range all {
			if !yield(e.proxy, e.heard) {
				return
			}
		}
	}
}
