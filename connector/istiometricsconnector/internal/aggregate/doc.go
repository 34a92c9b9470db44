// Package aggregate adds observations up into Istio's metrics.
//
// Its core is State: one Set for each set of labels, holding histograms and
// message counters, and within a Set one target for each destination, holding
// the counters that carry its address. Batches of observations go in,
// snapshots of points come out of a Collection. Series end when they are idle or
// when the value of a label lost its slot; their end is a point, too. Beyond
// Options.MaxSeries observations are counted in overflow sets, which keep a few
// labels: who reports, and where to.
//
// Invariants:
//   - A counter never goes down in its life and stops at the largest int64
//     rather than overflow; the last values of all lives add up to what was added.
//   - A series has one start time for its life, and the next life starts after
//     the end of the one before. A collection has one point of a series at most.
//   - Two Sets never have the same labels, and all series together never exceed
//     MaxSeries.
//
// The package knows no pdata and reads no clock: times are passed in, as
// nanoseconds since the Unix epoch, and must not be zero.
package aggregate // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
