package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/report"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// telemetry says what the receiver does with all protocols.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	logs    [numProtocols]*report.Log
	// limits is for connections and streams, of which a limit holds for all protocols
	// together.
	limits *report.Log
}

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	t := &telemetry{builder: b, limits: report.New(set.Logger)}
	for p := range numProtocols {
		t.logs[p] = report.New(set.Logger.With(zap.Stringer("protocol", p)))
	}
	return t, nil
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }

// observe registers the gauges, which read what the receiver holds.
func (t *telemetry) observe(r *accessLogReceiver) error {
	b := t.builder
	err := errors.Join(
		b.RegisterReceiverEnvoyAccessLogInFlightBytesCallback(gauge(func() int64 { return r.admission.Stats().HeldBytes })),
		b.RegisterReceiverEnvoyAccessLogInFlightBytesLimitCallback(gauge(func() int64 { return r.admission.Stats().MaxBytes })),
		b.RegisterReceiverEnvoyAccessLogConnectionsCallback(gauge(func() int64 { return int64(r.open().Connections) })),
		b.RegisterReceiverEnvoyAccessLogConnectionsLimitCallback(gauge(func() int64 { return int64(r.open().MaxConnections) })),
		b.RegisterReceiverEnvoyAccessLogOpenRequestsCallback(gauge(func() int64 { return int64(r.open().Streams) })),
		b.RegisterReceiverEnvoyAccessLogOpenRequestsLimitCallback(gauge(func() int64 { return int64(r.open().MaxStreams) })),
		b.RegisterReceiverEnvoyAccessLogProxyLastHeardCallback(r.observeHeard),
	)
	if h := r.als; h != nil {
		err = errors.Join(err,
			b.RegisterReceiverEnvoyAccessLogStreamsCallback(gauge(func() int64 { return h.Stats().Streams })),
			b.RegisterReceiverEnvoyAccessLogProxiesCallback(gauge(func() int64 { return h.Stats().Proxies })),
			b.RegisterReceiverEnvoyAccessLogWaitingEntriesCallback(gauge(func() int64 { return h.Stats().Waiting })),
			b.RegisterReceiverEnvoyAccessLogPairingBytesCallback(gauge(func() int64 { return h.Stats().Bytes })),
			b.RegisterReceiverEnvoyAccessLogPairingBytesLimitCallback(gauge(func() int64 { return h.Stats().MaxBytes })),
		)
	}
	return err
}

// gauge observes one value without attributes.
func gauge(value func() int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(value())
		return nil
	}
}

// open tells about connections and streams. There are none unless the receiver runs.
func (r *accessLogReceiver) open() connlimit.Stats {
	if l := r.running.Load(); l != nil {
		return l.Stats()
	}
	return connlimit.Stats{}
}

// observeHeard tells when each proxy was last heard.
func (r *accessLogReceiver) observeHeard(_ context.Context, o metric.Int64Observer) error {
	for proxy, heard := range r.heard.All(time.Now()) {
		o.Observe(heard.Unix(), metric.WithAttributeSet(attribute.NewSet(
			attribute.String("client_address", proxy.Client),
			attribute.String("namespace", sender.NamespaceOf(proxy.NodeID)),
			attribute.String("node_id", proxy.NodeID),
		)))
	}
	return nil
}
