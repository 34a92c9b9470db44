// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/delivery"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// telemetry says what the exporter itself does. metadata.yaml describes each
// metric. Each counter begins with 0: a function such as increase does not see
// a series that begins with 1.
type telemetry struct {
	builder *metadata.TelemetryBuilder

	queuedSamples                         adder
	sentSamples, sentExemplars, sentBytes adder
	sentPoints, lostExemplars, setAside   adder
	lostSamples, lostPoints               map[delivery.Reason]adder
	droppedFlushes                        map[queue.Cause]adder
	unsendable                            map[series.Reason]adder
	requests, storageFailures             map[string]adder
}

// lossReasons are the values of the attribute reason of lost samples and points.
func lossReasons() []delivery.Reason {
	reasons := []delivery.Reason{
		delivery.Reason(queue.CauseFull), delivery.ReasonStorage, delivery.ReasonShutdown, delivery.ReasonRetries,
		delivery.ReasonRefusedTogether, delivery.ReasonNotWritten,
	}
	for _, r := range send.Reasons() {
		reasons = append(reasons, delivery.Reason(r))
	}
	return reasons
}

// Values of the attribute outcome.
const (
	outcomeAccepted = "accepted"
	outcomeRefused  = "refused"
	outcomeFailed   = "failed"
)

func newTelemetry(set exporter.Settings, limits queue.Limits, stats func() stats) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	id := attribute.String("exporter", set.ID.String())
	if err := registerGauges(b, id, limits, stats); err != nil {
		b.Shutdown()
		return nil, err
	}
	return &telemetry{
		builder:         b,
		queuedSamples:   newAdder(b.ExporterRemoteWriteQueuedSamples, id),
		sentSamples:     newAdder(b.ExporterRemoteWriteSentSamples, id),
		sentPoints:      newAdder(b.ExporterSentMetricPoints, id),
		sentExemplars:   newAdder(b.ExporterRemoteWriteSentExemplars, id),
		sentBytes:       newAdder(b.ExporterRemoteWriteSentBytes, id),
		lostExemplars:   newAdder(b.ExporterRemoteWriteLostExemplars, id),
		setAside:        newAdder(b.ExporterRemoteWriteQueuesSetAside, id),
		lostSamples:     newAdders(b.ExporterRemoteWriteLostSamples, id, "reason", lossReasons()),
		lostPoints:      newAdders(b.ExporterSendFailedMetricPoints, id, "reason", lossReasons()),
		droppedFlushes:  newAdders(b.ExporterRemoteWriteDroppedFlushes, id, "reason", []queue.Cause{queue.CauseFull, queue.CauseStorage}),
		unsendable:      newAdders(b.ExporterRemoteWriteUnsendablePoints, id, "reason", series.Reasons()),
		requests:        newAdders(b.ExporterRemoteWriteRequests, id, "outcome", []string{outcomeAccepted, outcomeRefused, outcomeFailed}),
		storageFailures: newAdders(b.ExporterRemoteWriteStorageFailures, id, "operation", []string{queue.OperationRead, queue.OperationWrite}),
	}, nil
}

// stats are what gauges show.
type stats struct {
	queue.Stats
	// retryAge is how long a request has failed.
	retryAge time.Duration
}

func registerGauges(b *metadata.TelemetryBuilder, id attribute.KeyValue, limits queue.Limits, now func() stats) error {
	with := metric.WithAttributeSet(attribute.NewSet(id))
	// The Collector's own metrics of queues have this attribute, too.
	withType := metric.WithAttributeSet(attribute.NewSet(id, attribute.String("data_type", pipeline.SignalMetrics.String())))
	observe := func(value func(stats) int64, with metric.MeasurementOption) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(value(now()), with)
			return nil
		}
	}
	seconds := func(value func(stats) time.Duration) metric.Float64Callback {
		return func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(value(now()).Seconds(), with)
			return nil
		}
	}
	return errors.Join(
		b.RegisterExporterQueueSizeCallback(observe(func(s stats) int64 { return int64(s.Flushes) }, withType)),
		b.RegisterExporterQueueCapacityCallback(observe(func(stats) int64 { return int64(limits.Flushes) }, withType)),
		b.RegisterExporterRemoteWriteQueueBytesCallback(observe(func(s stats) int64 { return s.Bytes }, with)),
		b.RegisterExporterRemoteWriteQueueSamplesCallback(observe(func(s stats) int64 { return s.Samples }, with)),
		b.RegisterExporterRemoteWriteQueueCapacityBytesCallback(observe(func(stats) int64 { return limits.Bytes }, with)),
		b.RegisterExporterRemoteWriteQueueAgeCallback(seconds(func(s stats) time.Duration {
			if s.Oldest.IsZero() {
				return 0
			}
			return time.Since(s.Oldest)
		})),
		b.RegisterExporterRemoteWriteRetryAgeCallback(seconds(func(s stats) time.Duration { return s.retryAge })),
	)
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }

// adder is a counter with its attributes.
type adder struct {
	counter metric.Int64Counter
	options []metric.AddOption
}

func newAdder(c metric.Int64Counter, attributes ...attribute.KeyValue) adder {
	a := adder{c, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}}
	c.Add(context.Background(), 0, a.options...)
	return a
}

func newAdders[K ~string](c metric.Int64Counter, id attribute.KeyValue, key string, values []K) map[K]adder {
	adders := map[K]adder{}
	for _, v := range values {
		adders[v] = newAdder(c, id, attribute.String(key, string(v)))
	}
	return adders
}

func (a adder) add(n int) {
	if n != 0 && a.counter != nil {
		a.counter.Add(context.Background(), int64(n), a.options...)
	}
}
