// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/delivery"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
	"github.com/otelcol-istio/otelcol-istio/internal/storageclient"
)

var errStopped = errors.New("the exporter is not running")

// remoteWrite encodes what it is given at once, so that the queue holds bytes:
// they take a fraction of the memory, and nobody else's data waits with them.
type remoteWrite struct {
	cfg       *Config
	set       exporter.Settings
	encoder   *protocol.Encoder
	telemetry *telemetry
	events    *events

	// mu keeps calls in order from the encoder to the queue.
	mu      sync.Mutex
	running bool

	queue atomic.Pointer[queue.Queue]   // nil before Start
	loop  atomic.Pointer[delivery.Loop] // nil before Start
}

func newExporter(set exporter.Settings, cfg *Config) (*remoteWrite, error) {
	encoder, err := protocol.NewEncoder(protocol.Settings{
		Version:         cfg.ProtobufMessage.version(),
		ExternalLabels:  cfg.ExternalLabels,
		Shards:          cfg.Queue.NumConsumers,
		MaxRequestBytes: cfg.MaxRequestBytes,
	})
	if err != nil {
		return nil, err
	}
	return &remoteWrite{cfg: cfg, set: set, encoder: encoder}, nil
}

func (*remoteWrite) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start opens the queue and begins to send what is in it.
func (e *remoteWrite) Start(ctx context.Context, host component.Host) error {
	httpConfig := e.cfg.HTTP
	// What is queued is compressed already.
	httpConfig.Compression = ""
	if httpConfig.MaxIdleConnsPerHost == 0 {
		// Go's default is 2: the other consumers would connect anew for each
		// request.
		httpConfig.MaxIdleConnsPerHost = e.cfg.Queue.NumConsumers
	}
	client, err := httpConfig.ToClient(ctx, host.GetExtensions(), e.set.TelemetrySettings)
	if err != nil {
		return fmt.Errorf("failed to create the HTTP client: %w", err)
	}
	e.telemetry, err = newTelemetry(e.set, e.cfg.Queue.limits(), e.stats)
	if err != nil {
		return err
	}
	e.events = newEvents(e.telemetry, e.set.Logger, e.cfg.HTTP.Endpoint)
	q, err := e.openQueue(ctx, host)
	if err != nil {
		e.telemetry.shutdown()
		return err
	}
	sender := send.NewClient(client, e.cfg.HTTP.Endpoint, userAgent(e.set.BuildInfo), e.cfg.Timeout)

	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = true
	e.queue.Store(q)
	e.loop.Store(delivery.Start(q, sender, delivery.Options{
		Consumers: e.cfg.Queue.NumConsumers, Retry: e.cfg.Retry, Split: protocol.Split, SplitHistograms: protocol.SplitHistograms, SplitNewest: protocol.SplitNewest,
	}, e.events))
	return nil
}

func (e *remoteWrite) openQueue(ctx context.Context, host component.Host) (*queue.Queue, error) {
	client, err := e.openStorage(ctx, host)
	if err != nil {
		return nil, err
	}
	q, setAside, err := queue.Open(ctx, client, e.cfg.Queue.limits(), e.events)
	if err != nil {
		return nil, err
	}
	e.events.opened(q.Stats(), setAside)
	return q, nil
}

// openStorage returns nil if the queue is to be in memory.
func (e *remoteWrite) openStorage(ctx context.Context, host component.Host) (storage.Client, error) {
	if e.cfg.Queue.StorageID == nil {
		return nil, nil
	}
	return storageclient.Open(ctx, host, storageclient.Place{
		Setting: "sending_queue::storage", Extension: *e.cfg.Queue.StorageID,
		Kind: component.KindExporter, ID: e.set.ID, Name: "queue", What: "the queue",
	})
}

// ConsumeMetrics queues the metrics. There is always room, so that a caller
// need not try again.
func (e *remoteWrite) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running {
		return errStopped
	}
	f, report := e.encoder.Encode(md)
	e.events.unsendable(&report)
	// A caller that gives up does so between flushes: half a transaction is
	// none.
	e.queue.Load().Put(context.WithoutCancel(ctx), f)
	return nil
}

// Shutdown sends what is queued while the server answers, and says what is
// left.
func (e *remoteWrite) Shutdown(ctx context.Context) error {
	e.mu.Lock()
	running := e.running
	e.running = false
	e.mu.Unlock()
	if !running {
		return nil
	}
	stopCtx, cancel := context.WithTimeout(ctx, e.cfg.ShutdownTimeout)
	defer cancel()
	e.loop.Load().Stop(stopCtx)
	saved, lost, err := e.queue.Load().Close(context.WithoutCancel(ctx))
	e.events.closed(saved, lost)
	e.telemetry.shutdown()
	if err != nil {
		e.set.Logger.Warn("Failed to close the storage of the queue", zap.Error(err))
	}
	return nil
}

func (e *remoteWrite) stats() (s stats) {
	if q := e.queue.Load(); q != nil {
		s.Stats = q.Stats()
	}
	if l := e.loop.Load(); l != nil {
		s.retryAge = l.RetryAge()
	}
	return s
}

func userAgent(info component.BuildInfo) string {
	return fmt.Sprintf("%s/%s (%s/%s)", info.Command, info.Version, runtime.GOOS, runtime.GOARCH)
}
