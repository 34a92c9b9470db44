// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// limited counts and logs a connection or a stream that was refused or ended
// because a limit was reached.
func (t *telemetry) limited(e connlimit.Event) {
	counter, what := t.builder.ReceiverEnvoyAccessLogLimitedConnections, "connection"
	if e.Effect.OnStream() {
		counter, what = t.builder.ReceiverEnvoyAccessLogLimitedStreams, "stream"
	}
	counter.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("reason", string(e.Reason)), attribute.Stringer("effect", e.Effect),
	)))
	t.limits.Report(string(e.Reason), string(e.Client), "", 1, zap.String("limited", what), zap.Stringer("effect", e.Effect))
}

// of counts and logs for one protocol.
func (t *telemetry) of(p protocol) events { return events{t, p} }

// events counts and logs what happens to the requests of one protocol.
type events struct {
	*telemetry
	protocol protocol
}

var _ otlp.Events = events{}

// reasonInvalidUTF8 is logged where a string was not UTF-8.
const reasonInvalidUTF8 = "invalid_utf8"

// Refused counts and logs a request that was refused.
func (e events) Refused(reason string, client admission.Client) {
	e.builder.ReceiverEnvoyAccessLogRefusedRequests.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol), attribute.String("reason", reason),
	)))
	e.logs[e.protocol].Report(reason, string(client), "", 1)
}

// Removed counts and logs records that name another sender than the client's
// certificate.
func (e events) Removed(removed sender.Removed, client admission.Client, principal string) {
	e.builder.ReceiverEnvoyAccessLogRemovedRecords.Add(context.Background(), int64(removed.Records), metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol), attribute.String("reason", removed.Reason),
	)))
	e.logs[e.protocol].Report(removed.Reason, string(client), removed.NodeID, removed.Records, zap.String("principal", principal))
}

// Repaired counts and logs a request with a string that was not UTF-8.
func (e events) Repaired(client admission.Client, nodeID string) {
	e.builder.ReceiverEnvoyAccessLogRepairedRequests.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.Stringer("protocol", e.protocol),
	)))
	e.logs[e.protocol].Report(reasonInvalidUTF8, string(client), nodeID, 1)
}
