// SPDX-License-Identifier: Apache-2.0

package series

// Series is what is sent of one series.
type Series struct {
	Set *Set
	// Name is the label __name__.
	Name *Label
	// Extra is le or quantile, or nil.
	Extra *Label
	// Metadata is that of the metric.
	Metadata *Metadata
	// Samples and Histograms are in the order of their times. A series has the
	// one or the other.
	Samples    []Sample
	Histograms []Histogram
	Exemplars  []Exemplar
	// Points is how many points are counted with this series: each is counted with
	// one of its series.
	Points int
}

// Sample is a value at a time.
type Sample struct {
	Value float64
	// Timestamp and Start are in milliseconds since the Unix epoch. Start is 0
	// if it is not known.
	Timestamp, Start int64
}

// Histogram is a native histogram at a time, with buckets that are exponential
// and counts that are integers.
type Histogram struct {
	Count, ZeroCount   uint64
	Sum, ZeroThreshold float64
	Schema             int32
	Positive, Negative Buckets
	// Timestamp and Start are in milliseconds since the Unix epoch. Start is 0
	// if it is not known.
	Timestamp, Start int64
}

// Buckets are those of a native histogram that are not empty, and some that are.
type Buckets struct {
	Spans []Span
	// Deltas has for each bucket the difference to the count of the one before.
	Deltas []int64
}

// Span is a number of buckets in a row.
type Span struct {
	// Offset is the gap to the span before, or where the first one begins.
	Offset int32
	Length uint32
}

// Exemplar is an example of a series' observations.
type Exemplar struct {
	Labels []ExemplarLabel
	Value  float64
	// Timestamp is in milliseconds since the Unix epoch.
	Timestamp int64
}

// ExemplarLabel is a label of an exemplar.
type ExemplarLabel struct{ Name, Value string }

// Metadata describes a metric.
type Metadata struct {
	Type       MetricType
	Help, Unit string
}

// MetricType is a type of metric. The numbers are those that both protocols
// have.
type MetricType uint8

// Types of metrics.
const (
	TypeUnknown   MetricType = 0
	TypeCounter   MetricType = 1
	TypeGauge     MetricType = 2
	TypeHistogram MetricType = 3
	TypeSummary   MetricType = 5
	TypeInfo      MetricType = 6
	TypeStateSet  MetricType = 7
)
