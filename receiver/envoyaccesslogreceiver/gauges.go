// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// observe registers the gauges, which read what is held at the moment. open tells
// about connections and streams.
func observe(s shared, h handlers, open func() connlimit.Stats) error {
	b := s.telemetry.builder
	err := errors.Join(
		b.RegisterReceiverEnvoyAccessLogInFlightBytesCallback(gauge(func() int64 { return s.admission.Stats().HeldBytes })),
		b.RegisterReceiverEnvoyAccessLogInFlightBytesLimitCallback(gauge(func() int64 { return s.admission.Stats().MaxBytes })),
		b.RegisterReceiverEnvoyAccessLogConnectionsCallback(gauge(func() int64 { return int64(open().Connections) })),
		b.RegisterReceiverEnvoyAccessLogConnectionsLimitCallback(gauge(func() int64 { return int64(open().MaxConnections) })),
		b.RegisterReceiverEnvoyAccessLogStreamsCallback(gauge(func() int64 { return int64(open().Streams) })),
		b.RegisterReceiverEnvoyAccessLogStreamsLimitCallback(gauge(func() int64 { return int64(open().MaxStreams) })),
		b.RegisterReceiverEnvoyAccessLogProxyLastHeardCallback(func(_ context.Context, o metric.Int64Observer) error { return observeHeard(s.heard, o) }),
	)
	if h := h.als; h != nil {
		err = errors.Join(err,
			b.RegisterReceiverEnvoyAccessLogAlsStreamsCallback(gauge(func() int64 { return h.Stats().Streams })),
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

// observeHeard tells when each proxy was last heard.
func observeHeard(t *lastheard.Table, o metric.Int64Observer) error {
	for proxy, heard := range t.All(time.Now()) {
		o.Observe(heard.Unix(), metric.WithAttributeSet(attribute.NewSet(
			attribute.String("client_address", proxy.Client),
			attribute.String("namespace", sender.NamespaceOf(proxy.NodeID)),
			attribute.String("node_id", proxy.NodeID),
		)))
	}
	return nil
}
