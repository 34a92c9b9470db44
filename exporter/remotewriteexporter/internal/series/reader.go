package series

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Reader finds the series of metrics. It is not safe for concurrent use.
type Reader struct {
	external map[string]string
	names    *names
	cache    *cache

	// What follows is of the batch between Read and Done.

	batch   uint64
	now     int64 // in seconds
	metrics []metric
	points  []point
	sets    []*Set
	bytes   int
	report  Report

	identity   []byte
	attributes []attribute

	renderer renderer
}

// metric is a metric of the batch.
type metric struct {
	*family
	metadata Metadata
	// started says that its points count from a start time on.
	started bool
	// exemplars says that exemplars of numbers are sent.
	exemplars bool
	name      string

	// Of its points those are set that its class has.
	numbers      pmetric.NumberDataPointSlice
	histograms   pmetric.HistogramDataPointSlice
	exponentials pmetric.ExponentialHistogramDataPointSlice
	summaries    pmetric.SummaryDataPointSlice
}

// point is a point of the batch: one of a metric's.
type point struct {
	metric, index int32
	// next point of the same set, or -1.
	next int32
}

// NewReader returns a Reader that adds labels to each series that has no label
// of that name, and keeps label sets of up to so many bytes. It returns an error
// if an external label has no name, or no value.
func NewReader(external map[string]string, maxCacheBytes int) (*Reader, error) {
	r := &Reader{names: newNames(), cache: newCache(maxCacheBytes)}
	var err error
	r.external, err = externalLabels(r.names, external)
	return r, err
}

// Read finds the label sets of all points. Until Done the Reader reads from md
// and holds what is in it.
func (r *Reader) Read(md pmetric.Metrics) []*Set {
	r.batch++
	r.now = time.Now().Unix()
	for _, rm := range md.ResourceMetrics().All() {
		job, instance := identify(rm.Resource().Attributes())
		r.identity = appendString(appendString(r.identity[:0], job), instance)
		from := source{job, instance, len(r.identity)}
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				r.readMetric(m, from)
			}
		}
	}
	return r.sets
}

// source is what a point's labels have of its resource.
type source struct {
	job, instance string
	// prefix is how many bytes of Reader.identity it is.
	prefix int
}

// identify returns the labels job and instance of a resource, empty if it has
// none.
func identify(resource pcommon.Map) (job, instance string) {
	if name, ok := resource.Get("service.name"); ok {
		job = name.AsString()
		if namespace, ok := resource.Get("service.namespace"); ok && job != "" {
			job = namespace.AsString() + "/" + job
		}
	}
	if id, ok := resource.Get("service.instance.id"); ok {
		instance = id.AsString()
	}
	return job, instance
}

func (r *Reader) readMetric(m pmetric.Metric, from source) {
	if m.Type() == pmetric.MetricTypeEmpty {
		r.report.add(ReasonNoValue, m.Name(), 1)
		return
	}
	if !cumulative(m) {
		r.report.add(ReasonTemporality, m.Name(), pointsOf(m))
		return
	}
	family := r.names.metric(m)
	if family == nil {
		r.report.add(ReasonName, m.Name(), pointsOf(m))
		return
	}
	index := int32(len(r.metrics))
	r.metrics = append(r.metrics, metric{family: family, name: m.Name(), metadata: r.metadata(m), started: true})
	e := &r.metrics[index]
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		e.numbers, e.started = m.Gauge().DataPoints(), false
		readPoints(r, index, e.numbers, from)
	case pmetric.MetricTypeSum:
		e.numbers = m.Sum().DataPoints()
		e.started, e.exemplars = m.Sum().IsMonotonic(), m.Sum().IsMonotonic()
		readPoints(r, index, e.numbers, from)
	case pmetric.MetricTypeHistogram:
		e.histograms = m.Histogram().DataPoints()
		readPoints(r, index, e.histograms, from)
	case pmetric.MetricTypeExponentialHistogram:
		e.exponentials = m.ExponentialHistogram().DataPoints()
		readPoints(r, index, e.exponentials, from)
	case pmetric.MetricTypeSummary:
		e.summaries = m.Summary().DataPoints()
		readPoints(r, index, e.summaries, from)
	}
}

// slice is a slice of points of any type.
type slice[P interface{ Attributes() pcommon.Map }] interface {
	Len() int
	At(int) P
}

// readPoints adds points to the label sets that they have.
func readPoints[P interface{ Attributes() pcommon.Map }, S slice[P]](r *Reader, metric int32, points S, from source) {
	unlabeled, bytes := 0, 0
	for i := range points.Len() {
		set := r.findSet(points.At(i).Attributes(), from)
		if set == nil {
			unlabeled++
			continue
		}
		at := int32(len(r.points))
		r.points = append(r.points, point{metric: metric, index: int32(i), next: -1})
		if set.batch == r.batch {
			r.points[set.last].next = at
		} else {
			set.batch, set.first = r.batch, at
			r.sets = append(r.sets, set)
		}
		set.last = at
		bytes += len(set.wire) + restBytes
	}
	r.bytes += bytes * r.metrics[metric].seriesPerPoint()
	if unlabeled > 0 {
		r.report.add(ReasonLabel, r.metrics[metric].name, unlabeled)
	}
}

// restBytes estimates what a series takes beside the labels of its set.
const restBytes = 64

// seriesPerPoint estimates how many series a point of the metric becomes by the
// first one.
func (m *metric) seriesPerPoint() int {
	switch {
	case m.class == classHistogram && m.histograms.Len() > 0:
		return 3 + m.histograms.At(0).ExplicitBounds().Len()
	case m.class == classSummary && m.summaries.Len() > 0:
		return 2 + m.summaries.At(0).QuantileValues().Len()
	}
	return 1
}

// findSet returns the set of a point, or nil if its attributes make no labels.
func (r *Reader) findSet(attributes pcommon.Map, from source) *Set {
	r.identity = r.identity[:from.prefix]
	for key, value := range attributes.All() {
		text := textOf(value)
		if text != "" {
			r.identity = appendString(appendString(r.identity, key), text)
		}
	}
	e, hash := r.cache.find(r.identity)
	if e == nil {
		r.attributes = r.attributes[:0]
		for key, value := range attributes.All() {
			if text := textOf(value); text != "" {
				r.attributes = append(r.attributes, attribute{key, text})
			}
		}
		set, ok := r.newSet(from.job, from.instance, r.attributes)
		clear(r.attributes)
		if !ok {
			set = nil
		}
		e = r.cache.add(hash, r.identity, set)
	}
	e.used = r.now
	return e.set
}

// textOf returns the label's value that an attribute becomes. A label that is
// empty is one that is not there.
func textOf(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return v.AsString()
}

// Bytes estimates how long the series of the batch are in protocol 1.0.
func (r *Reader) Bytes() int { return r.bytes }

// Cached returns how many label sets are kept for the next batch, and how many
// bytes they take.
func (r *Reader) Cached() (sets, bytes int) { return r.cache.count, r.cache.bytes }

// Done ends the batch. It returns what could not be sent.
func (r *Reader) Done() Report {
	report := r.report
	r.report = Report{}
	r.metrics, r.points, r.sets, r.bytes = emptied(r.metrics), emptied(r.points), emptied(r.sets), 0
	r.renderer.run = emptied(r.renderer.run)
	r.names.trim()
	r.cache.trim(r.now)
	return report
}

// maxKept bounds what is kept of a slice for the next batch, in elements.
const maxKept = 1 << 17

// emptied returns a slice without elements that has the memory of s, unless
// that is much: one large batch must not cost memory for ever.
func emptied[T any](s []T) []T {
	if cap(s) > maxKept {
		return nil
	}
	clear(s)
	return s[:0]
}
