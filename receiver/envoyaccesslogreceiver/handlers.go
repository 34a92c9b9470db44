package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

// maxDepth and maxAttributes bound a request over OTLP. Protobuf's libraries of
// other languages stop at this depth, and an Envoy sends about 40 attributes.
const (
	maxDepth      = 100
	maxAttributes = 1024
)

func (r *accessLogReceiver) newALS(next consumer.Logs) error {
	if !r.cfg.Protocols.GRPC.HasValue() {
		return nil
	}
	obsreport, err := r.newObsReport("grpc", true)
	if err != nil {
		return err
	}
	r.als = als.New(als.Options{
		Keep:             r.cfg.Entries.Keep,
		Wait:             r.cfg.Entries.Wait,
		MaxBytes:         int64(r.cfg.Entries.MaxMemoryMiB) << 20,
		MaxConnectionAge: maxConnectionAge(r.cfg.Protocols.GRPC.Get()),
		Admission:        r.admission,
		Heard:            r.heard,
		Report:           r.telemetry.logs[protocolALS],
		VerifySender:     r.cfg.SenderIdentity == SenderVerify,
	}, r.telemetry.builder, r.settings.BuildInfo.Version, obsreport, next)
	return nil
}

func (r *accessLogReceiver) newOTLP(next consumer.Logs) error {
	grpc, err := r.newObsReport("grpc", false)
	if err != nil {
		return err
	}
	http, err := r.newObsReport("http", false)
	if err != nil {
		return err
	}
	if r.cfg.Protocols.OTLP.GRPC.HasValue() {
		r.otlpGRPC = otlp.New(r.otlpOptions(protocolOTLPGRPC), grpc, next)
	}
	if r.cfg.Protocols.OTLP.HTTP.HasValue() {
		r.otlpHTTP = otlp.New(r.otlpOptions(protocolOTLPHTTP), http, next)
	}
	return nil
}

func (r *accessLogReceiver) otlpOptions(p protocol) otlp.Options {
	return otlp.Options{
		Limits:    otlp.Limits{Memory: int64(r.cfg.Limits.RequestMiB) << 20, Depth: maxDepth, Attributes: maxAttributes},
		Admission: r.admission,
		Events:    r.telemetry.of(p),
		Heard:     r.heard,

		VerifySender: r.cfg.SenderIdentity == SenderVerify,
	}
}

func (r *accessLogReceiver) newObsReport(transport string, longLived bool) (*receiverhelper.ObsReport, error) {
	return receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID:             r.settings.ID,
		Transport:              transport,
		LongLivedCtx:           longLived,
		ReceiverCreateSettings: r.settings,
	})
}
