package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

// stopTimeout bounds how long open streams and connections may delay the end.
// Streams end within a second of being told to.
const stopTimeout = 2 * time.Second

// Proxies of which is known when they were last heard. The SDK of OpenTelemetry
// has room for 2000 sets of attributes in a metric.
const (
	maxProxies = 1000
	proxyTTL   = time.Hour
)

// maxDepth and maxAttributes bound a request over OTLP. Protobuf's libraries of
// other languages stop at this depth, and an Envoy sends about 40 attributes.
const (
	maxDepth      = 100
	maxAttributes = 1024
)

// accessLogReceiver owns the servers. What is received is for the handlers.
type accessLogReceiver struct {
	cfg       *Config
	settings  receiver.Settings
	admission *admission.Controller
	heard     *lastheard.Table
	telemetry *telemetry

	// als serves Envoy's access log service, the others OTLP. Those that are not
	// configured are nil.
	als      *als.Handler
	otlpGRPC *otlp.Receiver
	otlpHTTP *otlp.Receiver

	// limiter bounds what is open on all servers, and running is the same for
	// telemetry. They are set by Start.
	limiter  *connlimit.Limiter
	running  atomic.Pointer[connlimit.Limiter]
	servers  []*server
	serving  sync.WaitGroup
	shutdown sync.Once
}

func newReceiver(set receiver.Settings, cfg *Config, next consumer.Logs) (*accessLogReceiver, error) {
	r := &accessLogReceiver{
		cfg:       cfg,
		settings:  set,
		admission: admission.New(admission.Options{MaxBytes: int64(cfg.Limits.InFlightMiB) << 20}),
		heard:     lastheard.New(maxProxies, proxyTTL),
	}
	var err error
	if r.telemetry, err = newTelemetry(set.TelemetrySettings, r); err != nil {
		return nil, err
	}
	err = errors.Join(r.newALS(next), r.newOTLP(next))
	if err != nil {
		r.telemetry.shutdown()
	}
	return r, err
}

func (r *accessLogReceiver) newALS(next consumer.Logs) error {
	if !r.cfg.Protocols.GRPC.HasValue() {
		return nil
	}
	obsreport, err := r.newObsReport("grpc", true)
	if err != nil {
		return err
	}
	r.als, err = als.New(als.Options{
		Keep:             r.cfg.Entries.Keep,
		Wait:             r.cfg.Entries.Wait,
		MaxBytes:         int64(r.cfg.Entries.MaxMemoryMiB) << 20,
		MaxConnectionAge: maxConnectionAge(r.cfg.Protocols.GRPC.Get()),
		Admission:        r.admission,
		Heard:            r.heard,
		Report:           r.telemetry.logs[protocolALS],
		VerifySender:     r.cfg.SenderIdentity == SenderVerify,
	}, r.settings.TelemetrySettings, r.settings.BuildInfo.Version, obsreport, next)
	return err
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

// maxConnectionAge is zero if connections may grow as old as they like.
func maxConnectionAge(cfg *configgrpc.ServerConfig) time.Duration {
	if cfg == nil || !cfg.Keepalive.HasValue() {
		return 0
	}
	parameters := cfg.Keepalive.Get().ServerParameters.Get()
	if parameters == nil {
		return 0
	}
	return parameters.MaxConnectionAge
}

// Start begins to listen. What fails later is reported as the component's status.
func (r *accessLogReceiver) Start(ctx context.Context, host component.Host) error {
	r.limiter = r.newLimiter(host)
	r.running.Store(r.limiter)
	for _, open := range []func(context.Context, component.Host) (*server, error){r.openALS, r.openOTLPGRPC, r.openOTLPHTTP} {
		s, err := open(ctx, host)
		if err != nil {
			// The servers that are open already are not served yet.
			for _, opened := range r.servers {
				err = errors.Join(err, opened.listener.Close())
			}
			r.servers = nil
			r.limiter.Close()
			return err
		}
		if s != nil {
			r.servers = append(r.servers, s)
		}
	}
	if r.als != nil {
		r.als.Start()
	}
	for _, s := range r.servers {
		r.serve(s, host)
	}
	return nil
}

// newLimiter bounds connections and streams of all servers.
func (r *accessLogReceiver) newLimiter(host component.Host) *connlimit.Limiter {
	return connlimit.New(connlimit.Options{
		Limits: connlimit.Limits{
			MaxConnections: r.cfg.Limits.MaxConnections,
			MaxStreams:     r.cfg.Limits.MaxStreams,
			MessageTimeout: r.cfg.Limits.MessageTimeout,
		},
		Admission: r.admission,
		Report:    r.telemetry.limited,
		Health: func(err error) {
			event := componentstatus.NewEvent(componentstatus.StatusOK)
			if err != nil {
				event = componentstatus.NewRecoverableErrorEvent(err)
			}
			componentstatus.ReportStatus(host, event)
		},
	})
}

// Shutdown ends all streams, each at a moment when nothing is under way on it if
// there is one, and passes on what was received. Proxies open their next streams
// elsewhere.
func (r *accessLogReceiver) Shutdown(ctx context.Context) (err error) {
	r.shutdown.Do(func() {
		r.stopServers(ctx)
		if r.als != nil {
			err = r.als.Shutdown(ctx)
		}
		r.telemetry.shutdown()
	})
	return err
}

func (r *accessLogReceiver) stopServers(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	var stopping sync.WaitGroup
	for _, s := range r.servers {
		stopping.Go(func() { s.stop(ctx) })
	}
	stopping.Wait()
	r.serving.Wait()
	if len(r.servers) > 0 {
		r.limiter.Close()
	}
}
