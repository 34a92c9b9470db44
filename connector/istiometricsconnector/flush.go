package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/render"
)

const (
	// setsPerLock bounds how long a flush keeps requests waiting: the time to
	// copy the numbers of so many sets of labels.
	setsPerLock = 64
	// pointsPerRequest bounds the memory that a flush takes: beyond so many
	// points it sends what it has and goes on. Each series stands in one
	// request of a flush.
	pointsPerRequest = 8192
)

// flusher sends all points on. Only one flush runs at a time: whoever calls
// flush sees to that.
type flusher struct {
	mu       *sync.Mutex // of state
	state    *aggregate.State
	renderer render.Renderer
	next     consumer.Metrics

	telemetry *telemetry
	warn      failureLog

	snapshot aggregate.Snapshot
	sets     []*aggregate.Set
}

// flush collects and sends all points as of now. If a part is refused it goes
// on with the others and returns the first error. The points that were refused
// are in the next flush: they are totals.
func (f *flusher) flush(ctx context.Context, now time.Time) error {
	f.mu.Lock()
	f.sets = append(f.sets[:0], f.state.Sets()...)
	f.mu.Unlock()
	defer func() { clear(f.sets) }()

	var failed error
	for chunk := range slices.Chunk(f.sets, setsPerLock) {
		f.collect(chunk, now.UnixNano())
		if len(f.snapshot.Counters)+len(f.snapshot.Histograms) >= pointsPerRequest {
			failed = firstError(failed, f.send(ctx, now))
		}
	}
	failed = firstError(failed, f.send(ctx, now))
	f.telemetry.flushed(ctx, failed != nil)
	if failed != nil {
		f.warn.failed(failed, now)
	}
	return failed
}

// collect copies the points of some sets.
func (f *flusher) collect(sets []*aggregate.Set, now int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, set := range sets {
		f.state.Append(&f.snapshot, set, now)
	}
}

// send renders what was collected, without a lock, and sends it on.
func (f *flusher) send(ctx context.Context, now time.Time) error {
	defer f.snapshot.Reset()
	if len(f.snapshot.Counters)+len(f.snapshot.Histograms) == 0 {
		return nil
	}
	return f.next.ConsumeMetrics(ctx, f.renderer.Metrics(&f.snapshot, now.UnixNano()))
}

func firstError(first, err error) error {
	if first != nil {
		return first
	}
	return err
}
