package contract

import "context"

// Slots is how a processor that bounds the values of labels and a connector
// that holds their series settle who may have a value. A value that loses its
// slot rests there until every connector that watches has exported its last
// count and ended its series: no flush holds more values than there are slots.
//
// A processor hands its Slots down with each request (WithSlots). Only a
// connector that the context reaches may watch: it has counted a record when
// the processor's call returns, and a resting value stands in no call that has
// not returned. Components in between that queue or batch drop the context,
// and rightly so.
type Slots interface {
	// Watch makes resting slots wait for one more connector.
	Watch() SlotWatch
}

// SlotWatch is one connector's part in it. Its methods are safe for concurrent
// use.
type SlotWatch interface {
	// Resting appends the values that rest and wait for this connector. A value is
	// listed until Ended says so, unless it came back first.
	Resting(dst []Resting) []Resting
	// Ended says that no series of these values is left, and that their last
	// counts have gone out.
	Ended([]Resting)
	// Stop ends the watch: slots no longer wait for it.
	Stop()
}

// Resting is a value of a label that no record carries any more.
type Resting struct {
	// Label is its name: one of AddressLabels, one that has a slot attribute, or
	// ClaimedPeer.
	Label, Value string
	// Turn tells this stay in a slot from others of the same value.
	Turn uint64
}

type slotsKey struct{}

// WithSlots returns a context from which SlotsOf gives the slots.
func WithSlots(ctx context.Context, s Slots) context.Context {
	return context.WithValue(ctx, slotsKey{}, s)
}

// SlotsOf gives the slots of the processor that called, nil if there are none.
func SlotsOf(ctx context.Context) Slots {
	s, _ := ctx.Value(slotsKey{}).(Slots)
	return s
}
