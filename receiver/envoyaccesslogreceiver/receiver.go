package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

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
	t, err := newTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	r := &accessLogReceiver{
		cfg:       cfg,
		settings:  set,
		admission: admission.New(admission.Options{MaxBytes: int64(cfg.Limits.InFlightMiB) << 20}),
		heard:     lastheard.New(maxProxies, proxyTTL),
		telemetry: t,
	}
	if err = errors.Join(r.newALS(next), r.newOTLP(next)); err == nil {
		err = t.observe(r)
	}
	if err != nil {
		t.shutdown()
		return nil, err
	}
	return r, nil
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
