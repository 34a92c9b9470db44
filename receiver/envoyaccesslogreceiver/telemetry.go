// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
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
