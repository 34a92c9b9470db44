// SPDX-License-Identifier: Apache-2.0

package series

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
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

	// last is the entry of the last point, of this batch or the one before.
	last       *entry
	identity   []byte
	attributes []attribute

	renderer renderer
}

// NewReader returns a Reader that adds labels to each series that has no label
// of that name, and keeps label sets of up to so many bytes. It returns an error
// if an external label has no name, or no value.
func NewReader(external map[string]string, maxCacheBytes int) (*Reader, error) {
	r := &Reader{names: newNames(), cache: newCache(maxCacheBytes), last: &entry{}}
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

// Bytes estimates how long the series of the batch are in protocol 1.0.
func (r *Reader) Bytes() int { return r.bytes }

// Cached returns how many label sets are kept for the next batch, and how many
// bytes they take.
func (r *Reader) Cached() (sets, bytes int) { return r.cache.count, r.cache.bytes }

// Done ends the batch. It returns what could not be sent.
func (r *Reader) Done() Report {
	report := r.report
	r.report = Report{}
	r.metrics, r.points, r.sets = reuse.Empty(r.metrics, maxKept), reuse.Empty(r.points, maxKept), reuse.Empty(r.sets, maxKept)
	r.renderer.run, r.bytes = reuse.Empty(r.renderer.run, maxKept), 0
	r.names.trim()
	r.cache.trim(r.now)
	return report
}

// maxKept bounds what is kept of a slice for the next batch, in elements: one large
// batch must not cost memory for ever.
const maxKept = 1 << 17
