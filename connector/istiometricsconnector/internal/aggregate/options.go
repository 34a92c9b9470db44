package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Options say what is added up, and how.
type Options struct {
	// Metrics are those to make. Points name them by their index here.
	Metrics []contract.Metric
	// DurationBounds, in the unit of the duration metric, and SizeBounds, in
	// bytes, are the inclusive upper bounds of buckets, ascending.
	DurationBounds, SizeBounds []float64
	// ExponentialSize is the largest number of buckets of an exponential
	// histogram; 0 makes explicit ones.
	ExponentialSize int32
	// Exemplars are kept if true.
	Exemplars bool
	// MaxSeries bounds the series, as remote write counts them. It must be at
	// least MinSeries, or 0, which means no bound.
	MaxSeries int
	// IdleTimeout, in nanoseconds, is how long series stay that do not change;
	// 0 means for ever.
	IdleTimeout int64
}

// Bounds of the metric's buckets; nil for a counter.
func (o Options) Bounds(m contract.Metric) []float64 {
	switch {
	case !m.Histogram:
		return nil
	case m.Measure == contract.Duration:
		return o.DurationBounds
	default:
		return o.SizeBounds
	}
}

// Divisor turns the sums and exemplars of a metric, which are whole
// nanoseconds or bytes, into its unit.
func Divisor(m contract.Metric) float64 {
	switch {
	case m.Measure != contract.Duration:
		return 1
	case m.Seconds:
		return 1e9
	default:
		return 1e6
	}
}

// layout is the order in which a Set and a Target of one protocol hold their
// series.
type layout struct {
	addressed, plain []counterSlot
	histograms       []histogramSlot
}

// empty tells whether no metric of the protocol is on.
func (l *layout) empty() bool {
	return len(l.addressed) == 0 && len(l.plain) == 0 && len(l.histograms) == 0
}

// ownSeries is the most series that a Set can have beside its targets'.
func (l *layout) ownSeries() int {
	n := len(l.plain)
	for i := range l.histograms {
		n += l.histograms[i].series()
	}
	return n
}

// counterSlot is a metric that adds a field up, or one for each record.
type counterSlot struct {
	metric int
	field  Field
	// closed metrics move for connections that were never established, too.
	closed bool
}

// histogramSlot is a metric that counts a field's values by size.
type histogramSlot struct {
	metric int
	field  Field
	// limits are the bounds of explicit buckets in the field's own unit: a
	// value is whole, so comparing it with a bound needs no floating point.
	limits  []int64
	divisor float64
	expSize int32
}

// series that remote write makes of the histogram: a native one is one
// series, an explicit one has the buckets with +Inf, the sum and the count.
func (s *histogramSlot) series() int {
	if s.expSize > 0 {
		return 1
	}
	return len(s.limits) + 3
}

var fieldOf = map[contract.Measure]Field{
	contract.Requests:          one,
	contract.Duration:          Duration,
	contract.RequestSize:       BytesReceived,
	contract.ResponseSize:      BytesSent,
	contract.RequestMessages:   MessagesReceived,
	contract.ResponseMessages:  MessagesSent,
	contract.ConnectionsOpened: one,
	contract.ConnectionsClosed: one,
	contract.SentBytes:         BytesSent,
	contract.ReceivedBytes:     BytesReceived,
}

func newLayouts(o Options) (layouts [2]layout) {
	for i, m := range o.Metrics {
		l := &layouts[m.Protocol]
		field := fieldOf[m.Measure]
		counter := counterSlot{i, field, m.Measure == contract.ConnectionsClosed}
		switch {
		case m.Histogram:
			slot := histogramSlot{metric: i, field: field, divisor: Divisor(m), expSize: o.ExponentialSize}
			if o.ExponentialSize == 0 {
				slot.limits = limits(o.Bounds(m), slot.divisor)
			}
			l.histograms = append(l.histograms, slot)
		case m.Addressed:
			l.addressed = append(l.addressed, counter)
		default:
			l.plain = append(l.plain, counter)
		}
	}
	return layouts
}

// limits are the largest whole values at or below each bound.
func limits(bounds []float64, divisor float64) []int64 {
	ls := make([]int64, len(bounds))
	for i, b := range bounds {
		v := b * divisor
		if r := math.Round(v); math.Abs(v-r) <= 1e-9*math.Abs(v) {
			v = r // 0.0123 s are 12300000 ns although 0.0123*1e9 may not be
		}
		if v >= math.MaxInt64 {
			ls[i] = math.MaxInt64
		} else {
			ls[i] = int64(math.Floor(v))
		}
	}
	return ls
}
