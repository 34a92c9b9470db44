// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/render"
	"github.com/otelcol-istio/otelcol-istio/internal/instance"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// istioMetrics counts log records and sends the metrics on at an interval.
//
// A request is read without a lock, by a reader of its own, and added up under
// one. Nothing but the state is shared between requests.
type istioMetrics struct {
	readers   sync.Pool // of *contractreader.Reader
	telemetry *telemetry
	warnings  warnings

	mu      sync.Mutex // of the flusher's State
	flusher flush.Flusher
	storage state.Options
}

var _ connector.Logs = (*istioMetrics)(nil)

func newConnector(set connector.Settings, cfg *Config, next consumer.Metrics) (*istioMetrics, error) {
	id, err := instance.ID(cfg.InstanceID)
	if err != nil {
		return nil, err
	}
	options, began := cfg.aggregateOptions(), time.Now()
	c := &istioMetrics{
		warnings: warnings{logger: set.Logger, maxSeries: cfg.MaxSeries},
		storage: state.Options{
			Kind:   component.KindConnector,
			ID:     set.ID,
			Owner:  state.Owner{Version: aggregate.SavedVersion, Instance: id, Settings: options.Fingerprint()},
			Logger: set.Logger,
		},
	}
	if cfg.StorageID != nil {
		c.storage.Storage = *cfg.StorageID
	}
	c.warnings.overflowedBy = c.overflowedBy
	c.readers.New = func() any { return new(contractreader.Reader) }

	c.flusher = flush.New(flush.Options{
		Lock:            &c.mu,
		State:           aggregate.New(options, began.UnixNano()),
		BuildInfo:       true,
		Began:           began,
		Next:            next,
		Logger:          set.Logger,
		Interval:        cfg.FlushInterval,
		ShutdownTimeout: cfg.ShutdownTimeout,
		Renderer: render.Renderer{
			Options:      options,
			ServiceName:  cfg.ServiceName,
			InstanceID:   id,
			ScopeName:    metadata.ScopeName,
			ScopeVersion: set.BuildInfo.Version,
		},
	})
	if c.telemetry, err = newTelemetry(set.TelemetrySettings, cfg.MaxSeries, c.stats); err != nil {
		return nil, err
	}
	c.flusher.Telemetry = c.telemetry
	c.storage.Failed, c.storage.SetAside = c.telemetry.storageFailed, c.telemetry.setAside
	return c, nil
}

// Capabilities says that logs are only read.
func (*istioMetrics) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start goes on with stored series, which it sends on as they were, and begins to
// collect at the interval.
func (c *istioMetrics) Start(ctx context.Context, host component.Host) error {
	if err := c.openStorage(ctx, host); err != nil {
		return err
	}
	c.flusher.Start(ctx)
	return nil
}

// Shutdown stops collecting at the interval, and collects a last time. It tries
// to send that until its context or `shutdown_timeout` ends, and returns an error
// if counts were lost.
func (c *istioMetrics) Shutdown(ctx context.Context) error {
	defer c.telemetry.shutdown()
	return c.flusher.Stop(ctx)
}

// ConsumeLogs adds the records up. It keeps nothing of them and never fails.
func (c *istioMetrics) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	r := c.readers.Get().(*contractreader.Reader)
	r.Read(ld)
	before, after := c.apply(&r.Batch)
	c.telemetry.consumed(ctx, &r.Outcomes, &before, &after)
	c.warnings.look(&r.Outcomes, &before, &after)
	r.Release()
	c.readers.Put(r)
	return nil
}

func (c *istioMetrics) apply(b *aggregate.Batch) (before, after aggregate.Stats) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before = c.flusher.State.Stats()
	// The time is read under the lock: no record arrives before one that was
	// added earlier.
	c.flusher.State.Apply(b, time.Now().UnixNano())
	return before, c.flusher.State.Stats()
}

func (c *istioMetrics) stats() aggregate.Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flusher.State.Stats()
}

func (c *istioMetrics) overflowedBy() []aggregate.Label {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flusher.State.OverflowedBy()
}
