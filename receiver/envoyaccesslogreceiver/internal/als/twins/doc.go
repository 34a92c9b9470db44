// Package twins finds the two entries of one event where a proxy has two
// loggers that both log everything: one entry is native, of the kind of its
// traffic, the other is foreign and says less. Of a pair the native one is to be
// passed on if it comes in time; of an event with one entry, that entry.
//
// Two entries are twins if they come from one node, from loggers of the two
// kinds, and have the same key. A key that several pairs share (reports from one
// connection) is matched one to one.
//
// A native entry never waits. A foreign entry waits where its twin may still
// come: for as long as its node is new, and for as long as its node has sent
// entries of both kinds. That is once the time of a flush, a second, and so
// costs nothing where one logger is all there is.
//
// Invariants: of two twins whose arrivals lie less than the wait apart exactly
// one is passed on, whichever comes first; an entry without a twin is passed on,
// after at most the wait and the time between two calls of Expire. Both hold as
// long as the memory limit is not reached; beyond it entries are decided upon at
// once, and each such decision is reported.
//
// Time is passed in, so that tests need no clock.
package twins // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/twins"
