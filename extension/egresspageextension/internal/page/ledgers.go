package page

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// snapshotAge is how old an answer may be. It bounds what many requests cost: rows
// are copied and sorted into an index once in that time.
const snapshotAge = time.Second

// Ledgers are those that are shown. It is safe for concurrent use.
type Ledgers struct {
	now func() time.Time

	mu         sync.Mutex
	registered map[int]entry
	next       int
	last       *snapshot
}

type entry struct {
	component string
	ledger    egress.Ledger
}

// snapshot is what all ledgers said at one time. It does not change.
type snapshot struct {
	at    time.Time
	index *egress.Index
	rows  []egress.Row
	about []about
}

// about is what one ledger says of itself.
type about struct {
	Component string `json:"component"`
	egress.About
}

// NewLedgers returns no ledgers.
func NewLedgers() *Ledgers {
	return &Ledgers{now: time.Now, registered: map[int]entry{}}
}

// Register adds a ledger until unregister is called.
func (l *Ledgers) Register(component string, ledger egress.Ledger) (unregister func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	l.registered[id] = entry{component, ledger}
	l.last = nil
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.registered, id)
		l.last = nil
	}
}

// snapshot asks all ledgers, but at most once in snapshotAge.
func (l *Ledgers) snapshot() *snapshot {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.last != nil && now.Sub(l.last.at).Abs() < snapshotAge {
		return l.last
	}
	s := &snapshot{at: now.UTC()}
	var all [][]egress.Row
	for _, id := range slices.Sorted(maps.Keys(l.registered)) {
		e := l.registered[id]
		all = append(all, e.ledger.Rows())
		s.about = append(s.about, about{e.component, e.ledger.About()})
	}
	s.rows = egress.Merge(all...)
	s.index = egress.NewIndex(s.rows)
	l.last = s
	return s
}
