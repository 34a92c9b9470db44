package limit

import (
	"slices"
	"sync"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Ledger keeps the slots of all limiters of a processor that rest, and knows
// which calls still carry values of theirs. Its zero value is ready.
type Ledger struct {
	// Clock tells the time that limiters are told by those who ask for values.
	// Without one, time stands still between two of them.
	Clock func() int64

	book book

	mu      sync.Mutex // before that of a limiter, and of the book
	keepers []keeper
}

var _ contract.Slots = (*Ledger)(nil)

// keeper is the part of a limiter that the ledger needs.
type keeper interface {
	resting(dst []contract.Resting, watch uint64) []contract.Resting
	setClock(now int64)
	ended(list []contract.Resting, watch uint64)
	watch(watch uint64)
	unwatch(watch uint64)
}

func (l *Ledger) add(k keeper) { l.keepers = append(l.keepers, k) }

// Begin marks the begin of a call whose records may carry any value that lives
// now. End must follow.
func (l *Ledger) Begin() (call uint64) { return l.book.begin() }

// End marks the end of a call: what the records said has been counted.
func (l *Ledger) End(call uint64) { l.book.end(call) }

// Watch implements contract.Slots. Slots that rest already wait, too: a
// connector watches in the first call that reaches it, and a value which that
// call carries may have lost its slot since. Beyond 64 of them a watch sees
// nothing, and no slot waits for it.
func (l *Ledger) Watch() contract.SlotWatch {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &watch{ledger: l, bit: l.book.join()}
	for _, k := range l.keepers {
		k.watch(w.bit)
	}
	return w
}

// watch is one connector's.
type watch struct {
	ledger *Ledger
	bit    uint64
}

// Resting implements contract.SlotWatch.
func (w *watch) Resting(dst []contract.Resting) []contract.Resting {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	for _, k := range w.ledger.keepers {
		if w.ledger.Clock != nil {
			k.setClock(w.ledger.Clock())
		}
		dst = k.resting(dst, w.bit)
	}
	return dst
}

// Ended implements contract.SlotWatch.
func (w *watch) Ended(list []contract.Resting) {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	for _, k := range w.ledger.keepers {
		k.ended(list, w.bit)
	}
}

// Stop implements contract.SlotWatch.
func (w *watch) Stop() {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	w.ledger.book.leave(w.bit)
	for _, k := range w.ledger.keepers {
		k.unwatch(w.bit)
	}
	w.bit = 0
}

// book numbers calls and retirements in one order.
type book struct {
	mu      sync.Mutex
	last    uint64
	calls   []uint64 // that go on, the oldest first
	watches uint64
}

func (b *book) begin() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.calls = append(b.calls, b.last)
	return b.last
}

func (b *book) end(call uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i, ok := slices.BinarySearch(b.calls, call); ok {
		b.calls = slices.Delete(b.calls, i, i+1)
	}
}

// turn numbers a retirement: only calls with a smaller number can carry the value.
func (b *book) turn() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	return b.last
}

// oldest is the number of the oldest call that goes on.
func (b *book) oldest() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.calls) == 0 {
		return b.last + 1
	}
	return b.calls[0]
}

func (b *book) watching() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.watches
}

func (b *book) join() (bit uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bit = ^b.watches & (b.watches + 1) // the lowest that is free; 0 if none is
	b.watches |= bit
	return bit
}

func (b *book) leave(bit uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watches &^= bit
}
