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
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/report"
)

// protocol is how records come. metadata.yaml describes each.
type protocol uint8

const (
	protocolALS protocol = iota
	protocolOTLPGRPC
	protocolOTLPHTTP

	numProtocols
)

var protocolNames = [numProtocols]string{"als", "otlp_grpc", "otlp_http"}

func (p protocol) String() string { return protocolNames[p] }

// repaired is logged where a string was not UTF-8.
const repaired = "invalid_utf8"

// telemetry says what the receiver does with all protocols.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	logs    [numProtocols]*report.Log
	// limits is for what is no single protocol's.
	limits *report.Log
}

// newTelemetry makes the instruments; r tells about what it holds.
func newTelemetry(set component.TelemetrySettings, r *accessLogReceiver) (*telemetry, error) {
	b, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	observe := func(value func() int64) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(value())
			return nil
		}
	}
	err = errors.Join(
		b.RegisterReceiverEnvoyAccessLogInFlightBytesCallback(observe(func() int64 { return r.admission.Stats().HeldBytes })),
		b.RegisterReceiverEnvoyAccessLogInFlightBytesLimitCallback(observe(func() int64 { return r.admission.Stats().MaxBytes })),
		b.RegisterReceiverEnvoyAccessLogConnectionsCallback(observe(func() int64 { return int64(r.open().Connections) })),
		b.RegisterReceiverEnvoyAccessLogConnectionsLimitCallback(observe(func() int64 { return int64(r.open().MaxConnections) })),
		b.RegisterReceiverEnvoyAccessLogOpenRequestsCallback(observe(func() int64 { return int64(r.open().Streams) })),
		b.RegisterReceiverEnvoyAccessLogOpenRequestsLimitCallback(observe(func() int64 { return int64(r.open().MaxStreams) })),
		b.RegisterReceiverEnvoyAccessLogProxyLastHeardCallback(r.observeHeard),
	)
	if err != nil {
		b.Shutdown()
		return nil, err
	}
	t := &telemetry{builder: b, limits: report.New(set.Logger)}
	for p := range numProtocols {
		t.logs[p] = report.New(set.Logger.With(zap.Stringer("protocol", p)))
	}
	return t, nil
}

func (t *telemetry) shutdown() { t.builder.Shutdown() }

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
			attribute.String("namespace", proxy.Namespace()),
			attribute.String("node", proxy.Node),
			attribute.String("peer", proxy.Peer),
		)))
	}
	return nil
}

// limited counts a connection or a stream for which there was no room.
func (t *telemetry) limited(e connlimit.Event) {
	t.builder.ReceiverEnvoyAccessLogLimited.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("reason", string(e.Reason)), attribute.String("effect", string(e.Outcome)),
	)))
	t.limits.Report(string(e.Reason), string(e.Peer), "", 1, zap.String("effect", string(e.Outcome)))
}

// of gives what tells about one protocol.
func (t *telemetry) of(p protocol) events { return events{t, p} }

// events counts and logs what happens to the requests of one protocol.
type events struct {
	*telemetry
	protocol protocol
}

var _ otlp.Events = events{}

// Refused counts a request, stream or connection that was refused or ended.
func (e events) Refused(reason, peer string) {
	e.builder.ReceiverEnvoyAccessLogRefusedRequests.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol), attribute.String("reason", reason),
	)))
	e.logs[e.protocol].Report(reason, peer, "", 1)
}

// Removed counts records that their sender may not send.
func (e events) Removed(reason string, records int, peer, node, principal string) {
	e.builder.ReceiverEnvoyAccessLogRemovedRecords.Add(context.Background(), int64(records), metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol), attribute.String("reason", reason),
	)))
	e.logs[e.protocol].Report(reason, peer, node, records, zap.String("principal", principal))
}

// Repaired counts a request with a string that was not UTF-8.
func (e events) Repaired(peer, node string) {
	e.builder.ReceiverEnvoyAccessLogRepairedRequests.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol),
	)))
	e.logs[e.protocol].Report(repaired, peer, node, 1)
}
