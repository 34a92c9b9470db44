// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// maxDepth and maxAttributes bound a request over OTLP. Protobuf's libraries of
// other languages stop at this depth, and an Envoy sends about 40 attributes.
const (
	maxDepth      = 100
	maxAttributes = 1024
)

// shared is what the handlers of all protocols use.
type shared struct {
	cfg       *Config
	admission *admission.Controller
	heard     *lastheard.Table
	telemetry *telemetry
}

// handlers take what was received. Those of protocols that are not configured are
// nil.
type handlers struct {
	als      *als.Handler
	otlpGRPC *otlp.Receiver
	otlpHTTP *otlp.Receiver
}

func newHandlers(set receiver.Settings, s shared, next consumer.Logs) (h handlers, err error) {
	protocols := &s.cfg.Protocols
	var errs error
	if protocols.GRPC.HasValue() {
		h.als, err = newALS(set, s, next)
		errs = errors.Join(errs, err)
	}
	if protocols.OTLP.GRPC.HasValue() {
		h.otlpGRPC, err = newOTLP(set, s, protocolOTLPGRPC, "grpc", next)
		errs = errors.Join(errs, err)
	}
	if protocols.OTLP.HTTP.HasValue() {
		h.otlpHTTP, err = newOTLP(set, s, protocolOTLPHTTP, "http", next)
		errs = errors.Join(errs, err)
	}
	return h, errs
}

func newALS(set receiver.Settings, s shared, next consumer.Logs) (*als.Handler, error) {
	obsreport, err := newObsReport(set, "grpc", true)
	if err != nil {
		return nil, err
	}
	return als.New(als.Options{
		Keep:             s.cfg.Entries.Keep,
		Wait:             s.cfg.Entries.Wait,
		MaxBytes:         int64(s.cfg.Entries.MaxMemoryMiB) << 20,
		MaxConnectionAge: maxConnectionAge(s.cfg.Protocols.GRPC.Get()),
		Admission:        s.admission,
		Heard:            s.heard,
		Report:           s.telemetry.logs[protocolALS],
		VerifySender:     s.cfg.SenderIdentity == SenderVerify,
	}, s.telemetry.builder, set.BuildInfo.Version, obsreport, next), nil
}

func newOTLP(set receiver.Settings, s shared, p protocol, transport string, next consumer.Logs) (*otlp.Receiver, error) {
	obsreport, err := newObsReport(set, transport, false)
	if err != nil {
		return nil, err
	}
	return otlp.New(otlp.Options{
		Limits:       wire.Limits{Memory: int64(s.cfg.Limits.RequestMiB) << 20, Depth: maxDepth, Attributes: maxAttributes},
		Admission:    s.admission,
		Events:       s.telemetry.of(p),
		Heard:        s.heard,
		VerifySender: s.cfg.SenderIdentity == SenderVerify,
	}, obsreport, next), nil
}

func newObsReport(set receiver.Settings, transport string, longLived bool) (*receiverhelper.ObsReport, error) {
	return receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID:             set.ID,
		Transport:              transport,
		LongLivedCtx:           longLived,
		ReceiverCreateSettings: set,
	})
}
