// Package limit bounds how many values a label has.
//
// A Limiter holds a fixed number of slots for one label. A value that has a slot
// stands on records as it is; one that has none is counted under a fallback: the
// network of its address, or Other. Slots that are free go to whoever comes
// first, within the share that one source may hold and that others are
// guaranteed; when they are scarce a value that comes often wins one over a value
// that came seldom (package spacesaving). A value that stays away gives its slot
// up.
//
// A slot that is given up rests until the connectors that hold series of its
// value have ended them: see contract.Slots, which Ledger implements.
//
// # What it guarantees
//
// Values that live or rest are never more than Options.Limit; each record has one
// value; a value that is admitted is the one that was asked for, an address in
// its usual form.
//
// Between two flushes of a connector as many values are new as slots were free
// after the first one, so never more than the limit. In the long run a slot is
// given up for idleness once in idle_timeout, and a tenth of the slots (at least
// one of each size of network) changes hands in two flushes: new values are at
// most the limit in each idle_timeout, and a tenth of it in each two flushes.
//
// A value that comes when no slot is left wins one with its tenth hit over values
// that came no more than four times lately, and has it after the two flushes in
// which the loser's series end. Lately means that counts are halved twelve times
// in idle_timeout. Among a flood of values without a slot it has to be one in
// twice the slots, or more.
//
// A source holds at most its share of slots with values that only it asks for and
// that came less than ten times; with any values that only it asks for, nine times
// the slots that are free, so that nine tenths are the most for one alone. One
// that holds its share takes slots from itself alone.
//
// A record takes constant time; what takes time in proportion to the slots, the
// look for idle ones and the halving, comes some seventy times in idle_timeout and
// with each flush. A slot takes some 400 bytes, never more than 600, and its text:
// with its entries in maps, the sketch and what a halving needs. Nothing is kept of
// the name of a source.
//
// The package knows no pdata and reads no clock: times are passed in as
// nanoseconds since the Unix epoch. A clock may be set back.
package limit // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
