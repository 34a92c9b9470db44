// SPDX-License-Identifier: Apache-2.0

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
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
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
	shared
	handlers
	set receiver.Settings

	// limiter bounds what is open on all servers. It is set by Start, and telemetry
	// may ask before that.
	limiter  atomic.Pointer[connlimit.Limiter]
	servers  []*server
	serving  sync.WaitGroup
	shutdown sync.Once
}

func newReceiver(set receiver.Settings, cfg *Config, next consumer.Logs) (*accessLogReceiver, error) {
	t, err := newTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	r := &accessLogReceiver{set: set, shared: shared{
		cfg:       cfg,
		admission: admission.New(admission.Options{MaxBytes: int64(cfg.Limits.InFlightMiB) << 20}),
		heard:     lastheard.New(maxProxies, proxyTTL),
		telemetry: t,
	}}
	if r.handlers, err = newHandlers(set, r.shared, next); err == nil {
		err = observe(r.shared, r.handlers, r.open)
	}
	if err != nil {
		t.shutdown()
		return nil, err
	}
	return r, nil
}

// open tells about connections and streams. There are none unless the receiver runs.
func (r *accessLogReceiver) open() connlimit.Stats {
	if l := r.limiter.Load(); l != nil {
		return l.Stats()
	}
	return connlimit.Stats{}
}

// Start begins to listen. What fails later is reported as the component's status.
func (r *accessLogReceiver) Start(ctx context.Context, host component.Host) error {
	limiter := newLimiter(r.shared, host)
	r.limiter.Store(limiter)
	if err := r.listen(ctx, &opener{set: r.set.TelemetrySettings, host: host, limiter: limiter}); err != nil {
		// The servers that are open already are not served yet, but may have workers.
		for _, s := range r.servers {
			err = errors.Join(err, s.listener.Close())
			s.stop(ctx)
		}
		r.servers = nil
		limiter.Close()
		return err
	}
	if r.als != nil {
		r.als.Start()
	}
	for _, s := range r.servers {
		r.set.Logger.Info("Starting server", zap.Stringer("protocol", s.protocol), zap.Stringer("endpoint", s.listener.Addr()))
		r.serving.Go(func() { s.run(host) })
	}
	return nil
}

// listen opens a server for each protocol that is configured.
func (r *accessLogReceiver) listen(ctx context.Context, o *opener) error {
	add := func(s *server, err error) error {
		if err == nil {
			r.servers = append(r.servers, s)
		}
		return err
	}
	if r.als != nil {
		if err := add(o.als(ctx, r.cfg.Protocols.GRPC.Get(), r.als)); err != nil {
			return err
		}
	}
	if r.otlpGRPC != nil {
		if err := add(o.otlpGRPC(ctx, r.cfg.Protocols.OTLP.GRPC.Get(), r.otlpGRPC)); err != nil {
			return err
		}
	}
	if r.otlpHTTP != nil {
		return add(o.otlpHTTP(ctx, r.cfg.Protocols.OTLP.HTTP.Get(), r.otlpHTTP))
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
		r.limiter.Load().Close()
	}
}
