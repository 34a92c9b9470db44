// SPDX-License-Identifier: Apache-2.0

// Package limit bounds how many values a label has.
//
// A Limiter holds a fixed number of slots for one label. A value that has a slot
// stands on records as it is. One that has none is counted under a fallback: the
// network of its address, or contract.Other.
//
// # Slots
//
//	          a value comes
//	   +-------------------------+
//	   |                         v
//	+------+                  +------+
//	| free |                  | live |
//	+------+                  +------+
//	   ^                         |
//	   +-------------------------+
//	     the value stays away, or
//	     another one came more often
//
// A slot has a number and a term. The term grows by one each time the slot is
// given to another value, so a slot and a term stand for one value, and whoever
// sees a higher term of a slot knows that the value of the lower one has lost it.
// Nothing else has to be said about the end of a value. A value that comes back to
// its own slot before another one has it keeps its term.
//
// # Who gets a slot
//
// A value that comes for the first time gets a slot at once while some are free.
// When none is free, a value with ten hits takes the slot of one that has less than
// half as many (package spacesaving counts what has no slot). Hits are halved
// twelve times in Options.IdleTimeout.
//
// A source holds at most its share of the slots with values that only it asks for
// and that came fewer than ten times. With any values that only it asks for, it
// holds at most nine times the slots that are free (package fairshare). A source
// that holds its share takes slots from itself alone.
//
// # What it guarantees
//
// There are never more live values than Options.Limit. Each record has one value.
// A value that has a slot is the one that was asked for, an address in its usual
// form.
//
// In any 15 s at most a tenth of the slots are given to another value, and at least
// one. That holds for the slots of values, and for those of each size of network.
// One source gets at most half of these changes, and all sources that hold their
// share of the slots get half of them together. A slot that was never used is given
// out without such a limit.
//
// Among a flood of values without a slot, a value finds its way to ten hits if it is
// one in twice the slots, or more.
//
// # What it costs
//
// A call takes constant time. Work that comes with time is done in parts: in each
// population (values, and each size of network) a call frees at most 64 slots of
// values that stayed away, forgets at most 64 changes, and takes at most 64 steps of
// halving counts. So no call holds the lock for longer than some tens of
// microseconds, whatever the number of slots. A value that stays away may keep its
// slot for a thirtieth of IdleTimeout longer, and longer still if few calls come.
//
// A slot takes some 400 bytes, never more than 600, and its text: with its entries in
// maps and in the sketch. Nothing is kept of the name of a source.
//
// The package knows no pdata and reads no clock: times are passed in as
// nanoseconds since the Unix epoch. A clock may be set back.
package limit // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
