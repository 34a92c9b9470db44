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
// Invariants: values that live or rest are never more than Options.Limit; each
// record has one value; a value that is admitted is the one that was asked for.
// The package knows no pdata and reads no clock: times are passed in as
// nanoseconds since the Unix epoch.
package limit // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
