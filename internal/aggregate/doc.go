// SPDX-License-Identifier: Apache-2.0

// Package aggregate adds observations up into series of metrics.
//
// Its core is State. It has a LabelSet for each set of labels, with histograms and
// message counters, and in it a target for each destination, with the counters that
// carry its address. Batches of observations go in, snapshots of points come out of
// a Collection. Beyond Options.MaxSeries observations are counted in overflow sets,
// which keep a few labels: who reports, and where to. A label set has the metrics of
// the schema that its first record had; so has an overflow set, which records of
// several schemas may share.
//
// # How series end
//
// Series end in groups: those of a target, or what a label set has beside its
// targets. A group is over when it was idle for Options.IdleTimeout, or when the
// value of one of its labels has lost its slot. The group remembers the slot and
// the term of each such value. It is over when
//
//   - a record had a higher term of that slot, whatever labels it had, or
//   - the processor that gave the slot has said nothing for five minutes while
//     another one has.
//
// So nothing has to be announced, and records may arrive in any order: one that is
// late counts, and its group is over again. A value that got another slot meanwhile
// stays, since a reference that is current stands before one that is outdated.
//
//	        record            over, and its last          accepted,
//	                        value was accepted: an        no record since
//	none ----------> live -----------------------> ends --------------------> none
//	                  ^      end is collected       |
//	                  +-----------------------------+
//	                    record, or it was refused
//
// With Options.Pinned there is another end, and no other: a label set is over when
// nobody pins it. See State.Pin.
//
// Invariants:
//   - A counter never goes down in its life and stops at the largest int64
//     rather than overflow; the last values of all lives add up to what was added.
//   - A series has one start time for its life, and the next life starts after
//     the end of the one before. A collection has one value of a series at most, with
//     a zero at the start time before it until one was accepted.
//   - The times of collections never go back, and each is later than the start times
//     before it.
//   - Two label sets of one protocol never have the same labels, and all series
//     together never exceed MaxSeries. Whoever pins label sets bounds them.
//
// The package knows no pdata and reads no clock: times are passed in, as
// nanoseconds since the Unix epoch, and must not be zero.
package aggregate // import "github.com/otelcol-istio/otelcol-istio/internal/aggregate"
