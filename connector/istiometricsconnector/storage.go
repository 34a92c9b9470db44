// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// openStorage goes on with the series that a run before this one left, and saves
// them from now on. It does nothing without `storage`.
func (c *istioMetrics) openStorage(ctx context.Context, host component.Host) error {
	if c.storage.Storage == (component.ID{}) {
		return nil
	}
	r := restorer{options: c.flusher.Renderer.Options, now: c.flusher.Began}
	keeper, ok, err := state.OpenKeeper(ctx, host, c.storage, &r)
	if err != nil {
		return err
	}
	if ok {
		c.restore(&r)
	}
	c.mu.Lock()
	c.flusher.State.StartSaving()
	c.mu.Unlock()
	c.flusher.Keeper = keeper
	keeper.Start(savedState{c})
	return nil
}

func (c *istioMetrics) restore(r *restorer) {
	c.flusher.GoOn(r.state)
	if r.left > 0 {
		c.flusher.Logger.Warn("Some stored sets of labels have no room and do not go on; see `max_series`", zap.Int("label_sets", r.left))
	}
	if series := r.state.Stats().Series; series > 0 {
		c.flusher.Logger.Info("Series go on from before the start", zap.Int("series", series))
	}
}

// restorer makes a state of what is stored.
type restorer struct {
	aggregate.Restorer
	options aggregate.Options
	now     time.Time

	state *aggregate.State
	left  int
}

func (r *restorer) End() (err error) {
	r.state, r.left, err = r.State(r.options, r.now.UnixNano())
	return err
}

// savedState is the connector's state as it is saved.
type savedState struct{ *istioMetrics }

func (s savedState) BeginSave() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flusher.State.BeginSave()
}

func (s savedState) AppendUnsaved(e *state.Encoder) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flusher.State.AppendUnsaved(e, flush.GroupsPerLock)
}

func (s savedState) BeginFold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flusher.State.BeginFold()
}

func (s savedState) EndFold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flusher.State.EndFold()
}
