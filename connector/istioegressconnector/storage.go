// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// savedVersion is that of rows and of their series.
const savedVersion = ledger.SavedVersion + "." + aggregate.SavedVersion

func (c *istioEgress) storageOptions(instanceID string) state.Options {
	o := state.Options{
		Kind:     component.KindConnector,
		ID:       c.id,
		Owner:    state.Owner{Version: savedVersion, Instance: instanceID, Settings: rowmetrics.Options().Fingerprint()},
		Logger:   c.logger,
		Failed:   c.telemetry.storageFailed,
		SetAside: c.telemetry.setAside,
	}
	if c.cfg.StorageID != nil {
		o.Storage = *c.cfg.StorageID
	}
	return o
}

// openStorage goes on with the rows that a run before this one left, and saves them
// from now on. It does nothing without `storage`.
func (c *istioEgress) openStorage(ctx context.Context, host component.Host) error {
	if c.cfg.StorageID == nil {
		return nil
	}
	// With metrics a flush comes by all series, and the log is folded with it.
	c.storage.FoldOnSave = !c.hasMetrics()
	r := restorer{hasMetrics: c.hasMetrics(), began: c.flusher.Began}
	keeper, ok, err := state.OpenKeeper(ctx, host, c.storage, &r)
	if err != nil {
		return err
	}
	if ok && r.rows.Since != 0 {
		c.restore(&r)
	}
	c.mu.Lock()
	c.ledger.StartSaving(c.since.UnixNano())
	if c.hasMetrics() {
		c.flusher.State.StartSaving()
	}
	c.mu.Unlock()
	c.flusher.Keeper = keeper
	keeper.Start(&savedState{istioEgress: c})
	return nil
}

func (c *istioEgress) restore(r *restorer) {
	if c.hasMetrics() {
		c.flusher.GoOn(r.state)
	}
	c.useLedger(r.rows.Ledger)
	c.since = time.Unix(0, r.rows.Since).UTC()
	if rows := c.stats().Rows; rows > 0 {
		c.logger.Info("Rows go on from before the start", zap.Int("rows", rows), zap.Time("watching_since", c.since))
	}
}

// A value that is saved has parts. Each is of one kind, and can be read by itself.
const (
	partRows   = 1
	partSeries = 2
)

// restorer reads what is stored.
type restorer struct {
	hasMetrics bool
	began      time.Time

	rows   ledger.Restorer
	series aggregate.Restorer
	// state has the series that were stored.
	state *aggregate.State
}

func (r *restorer) Read(value []byte) error {
	d := state.NewDecoder(value)
	for d.More() {
		kind, part := d.Byte(), d.Blob()
		var err error
		switch kind {
		case partRows:
			err = r.rows.Read(part)
		case partSeries:
			if r.hasMetrics {
				err = r.series.Read(part)
			}
		default:
			d.Fail()
		}
		if err != nil {
			return err
		}
	}
	return d.End()
}

func (r *restorer) End() (err error) {
	if r.hasMetrics {
		r.state, _, err = r.series.State(rowmetrics.Options(), r.began.UnixNano())
	}
	return err
}

// partsPerLock bounds how many rows, or series of rows, are written while requests
// wait. Nearly always that is all there is. Rows and their series are then one value, and
// say the same after a crash.
const partsPerLock = 1024

// savedState is the connector's state as it is saved.
type savedState struct {
	*istioEgress
	part state.Encoder
}

func (s *savedState) BeginSave() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.beginSeries() || s.ledger.Unsaved()
}

// beginSeries tells whether there are series to save.
func (s *savedState) beginSeries() bool {
	s.ledger.Settle()
	return s.hasMetrics() && s.flusher.State.BeginSave()
}

// AppendUnsaved writes rows before series: what is read of series is never ahead.
func (s *savedState) AppendUnsaved(e *state.Encoder) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger.Unsaved() {
		s.part.Reset()
		more = s.ledger.AppendUnsaved(&s.part, partsPerLock)
		appendPart(e, partRows, &s.part)
		if more {
			return true
		}
	}
	if !s.beginSeries() {
		return false
	}
	s.part.Reset()
	more = s.flusher.State.AppendUnsaved(&s.part, partsPerLock)
	appendPart(e, partSeries, &s.part)
	return more
}

func appendPart(e *state.Encoder, kind byte, part *state.Encoder) {
	e.Byte(kind)
	e.Blob(part.Bytes())
}

func (s *savedState) BeginFold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.BeginFold()
	if s.hasMetrics() {
		s.flusher.State.BeginFold()
	}
}

func (s *savedState) EndFold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hasMetrics() {
		s.flusher.State.EndFold()
	}
}
