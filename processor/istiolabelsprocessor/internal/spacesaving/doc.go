// SPDX-License-Identifier: Apache-2.0

// Package spacesaving finds the frequent keys of a stream in fixed memory.
//
// It is the Space-Saving algorithm on a Stream-Summary: entries hang in buckets
// of equal count, and buckets are in order of count, so that each operation takes
// constant time. Source: Metwally, Agrawal, El Abbadi: Efficient Computation of
// Frequent and Top-k Elements in Data Streams (2005).
//
// # Halving
//
// Counts are halved from time to time, so that what came long ago weighs less.
// To halve all of them takes time in proportion to the capacity, so it is done in
// steps. While it goes on there are two lists of buckets:
//
//	pending: counts that are still to be halved     current: all others
//	  b -> b -> b ...                                 b -> b -> b ...
//	  |
//	  the entry with the lowest count moves to its place in the current list
//
// What an operation sees does not depend on how far it has come: a count in the
// pending list stands for half of itself, and a key that comes there counts two.
//
// # Invariants
//
// Of a stream of n keys, one that came more often than n divided by the capacity
// has an entry. The sure count of a key never exceeds the number of times that it
// came since the last Halve, plus half of what it was before.
package spacesaving // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/spacesaving"
