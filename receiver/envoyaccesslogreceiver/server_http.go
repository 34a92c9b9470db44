package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

func (r *accessLogReceiver) openOTLPHTTP(ctx context.Context, host component.Host) (*server, error) {
	cfg := r.cfg.Protocols.OTLP.HTTP.Get()
	if cfg == nil {
		return nil, nil
	}
	s, err := r.httpServer(ctx, host, cfg)
	if err != nil {
		return nil, err
	}
	listener, err := cfg.ServerConfig.NetAddr.Listen(ctx)
	if err != nil {
		return nil, err
	}
	r.limiter.PrepareHTTP(s)
	if listener, err = withTLS(ctx, &cfg.ServerConfig, r.limiter.Listen(listener)); err != nil {
		return nil, err
	}
	return &server{protocol: protocolOTLPHTTP, listener: listener, serve: s.Serve, stop: func(ctx context.Context) {
		if s.Shutdown(ctx) != nil {
			// The time is over: end the connections, and wait for the handlers.
			s.Close()
		}
		r.otlpHTTP.Wait()
	}}, nil
}

func (r *accessLogReceiver) httpServer(ctx context.Context, host component.Host, cfg *OTLPHTTPConfig) (*http.Server, error) {
	serverConfig := cfg.ServerConfig
	options := otlp.HTTPOptions{MaxBody: serverConfig.MaxRequestBodySize, Compressions: serverConfig.CompressionAlgorithms}
	if options.MaxBody == 0 {
		options.MaxBody = defaultMaxRequestBodySize
	}
	if options.Compressions == nil {
		options.Compressions = otlp.Compressions()
	}
	// The handler unpacks bodies itself, since it counts what that takes.
	serverConfig.CompressionAlgorithms = []string{}
	mux := http.NewServeMux()
	mux.Handle(string(cfg.LogsURLPath), r.otlpHTTP.Handler(options))
	return serverConfig.ToServer(ctx, host.GetExtensions(), r.settings.TelemetrySettings, mux, confighttp.WithErrorHandler(otlp.ErrorHandler))
}

// withTLS does what confighttp does, which listens by itself: the bounds on
// connections stand below TLS.
func withTLS(ctx context.Context, cfg *confighttp.ServerConfig, l net.Listener) (net.Listener, error) {
	if !cfg.TLS.HasValue() {
		return l, nil
	}
	config, err := cfg.TLS.Get().LoadTLSConfig(ctx)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	config.NextProtos = []string{"h2", "http/1.1"}
	return tls.NewListener(l, config), nil
}
