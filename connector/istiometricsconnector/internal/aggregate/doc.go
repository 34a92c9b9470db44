// Package aggregate adds observations up into Istio's metrics.
//
// Its core is State: one Set for each set of labels, holding histograms and
// message counters, and within a Set one Target for each destination address,
// holding the counters that carry destination_ip. Batches of observations go
// in, snapshots of points come out.
//
// Invariants: a counter never goes down and stops at the largest int64 rather
// than overflow; a series has one start time for its life; two Sets never have
// the same labels. The package knows no pdata and reads no clock: times are
// passed in, as nanoseconds since the Unix epoch, and must not be zero.
package aggregate // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
