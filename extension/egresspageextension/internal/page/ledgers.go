// SPDX-License-Identifier: Apache-2.0

package page

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// How old an answer may be. It bounds what many requests cost: rows are copied and
// sorted into an index once in that time, and peers are asked once.
const (
	snapshotAge          = time.Second
	snapshotAgeWithPeers = 5 * time.Second
)

// Ledgers are those that are shown. It is safe for concurrent use.
type Ledgers struct {
	now      func() time.Time
	instance string
	// peers is nil if there are none.
	peers *Peers

	mu         sync.Mutex
	registered map[int]registration
	next       int

	// asking is held while a snapshot is made, so that one is made for all who wait.
	asking sync.Mutex
	last   *snapshot
}

type registration struct {
	component string
	ledger    egress.Ledger
}

// snapshot is what all ledgers said at one time. It does not change, but for suggested.
type snapshot struct {
	at    time.Time
	index *egress.Index
	rows  []egress.Row
	about []about
	peers []peerStatus
	// suggested is what the rows suggest, by suggest.Settings.Allowed, once somebody has
	// asked. handler.working guards it.
	suggested map[bool]*suggest.Result
}

// away are the peers that did not answer.
func (s *snapshot) away() []string {
	return names(s.peers, func(p peerStatus) bool { return p.Error != "" })
}

// missing are the peers of which rows are missing: they did not answer, or have rows that
// are not understood.
func (s *snapshot) missing() []string {
	return names(s.peers, func(p peerStatus) bool { return p.Error != "" || p.UnknownRows > 0 })
}

// unknown are the peers with rows that are not understood.
func (s *snapshot) unknown() []peerStatus {
	return slices.DeleteFunc(slices.Clone(s.peers), func(p peerStatus) bool { return p.UnknownRows == 0 })
}

func names(peers []peerStatus, asked func(peerStatus) bool) (names []string) {
	for _, p := range peers {
		if asked(p) {
			names = append(names, p.Peer)
		}
	}
	return names
}

// about is what one ledger says of itself.
type about struct {
	// Peer is whose ledger it is, empty for this gateway's own.
	Peer      string `json:"peer,omitempty"`
	Component string `json:"component"`
	egress.About
}

// NewLedgers returns no ledgers.
func NewLedgers() *Ledgers {
	return &Ledgers{now: time.Now, instance: rand.Text(), registered: map[int]registration{}}
}

// Instance is a name that no other page has.
func (l *Ledgers) Instance() string { return l.instance }

// SetPeers shows the rows of peers, too. It must be called before the first snapshot.
func (l *Ledgers) SetPeers(p *Peers) { l.peers = p }

// Register adds a ledger until unregister is called.
func (l *Ledgers) Register(component string, ledger egress.Ledger) (unregister func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	l.registered[id] = registration{component, ledger}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.registered, id)
	}
}

// local asks the ledgers of this gateway.
func (l *Ledgers) local() (rows []egress.Row, all []about) {
	l.mu.Lock()
	defer l.mu.Unlock()
	parts := make([][]egress.Row, 0, len(l.registered))
	for _, id := range slices.Sorted(maps.Keys(l.registered)) {
		e := l.registered[id]
		parts = append(parts, e.ledger.Rows())
		all = append(all, about{Component: e.component, About: e.ledger.About()})
	}
	return egress.Merge(parts...), all
}

// snapshot asks all ledgers and all peers, unless that was done a moment ago.
func (l *Ledgers) snapshot(ctx context.Context) *snapshot {
	l.asking.Lock()
	defer l.asking.Unlock()
	now := l.now()
	age := snapshotAge
	if l.peers != nil {
		age = snapshotAgeWithPeers
	}
	if l.last != nil && now.Sub(l.last.at).Abs() < age {
		return l.last
	}
	s := &snapshot{at: now.UTC(), suggested: map[bool]*suggest.Result{}}
	s.rows, s.about = l.local()
	if l.peers != nil {
		s.addPeers(l.peers.ask(context.WithoutCancel(ctx)))
	}
	s.index = egress.NewIndex(s.rows)
	l.last = s
	return s
}

// addPeers adds what peers said.
func (s *snapshot) addPeers(answers []peerAnswer) {
	parts := [][]egress.Row{s.rows}
	for _, a := range answers {
		if a.err != nil {
			s.peers = append(s.peers, peerStatus{Peer: a.name, Error: a.err.Error()})
			continue
		}
		s.peers = append(s.peers, peerStatus{Peer: a.name, UnknownRows: a.Rows.unknown})
		parts = append(parts, a.Rows.known)
		for _, of := range a.Ledgers {
			of.Peer = a.name
			s.about = append(s.about, of)
		}
	}
	s.rows = egress.Merge(parts...)
}
