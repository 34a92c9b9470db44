// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

func (o *opener) otlpHTTP(ctx context.Context, cfg *OTLPHTTPConfig, r *otlp.Receiver) (*server, error) {
	s, err := o.http(ctx, cfg, r)
	if err != nil {
		return nil, err
	}
	listener, err := cfg.ServerConfig.NetAddr.Listen(ctx)
	if err != nil {
		return nil, err
	}
	o.limiter.PrepareHTTP(s)
	if listener, err = withTLS(ctx, &cfg.ServerConfig, o.limiter.Listen(listener)); err != nil {
		return nil, err
	}
	return &server{protocol: protocolOTLPHTTP, listener: listener, serve: s.Serve, stop: func(ctx context.Context) {
		if s.Shutdown(ctx) != nil {
			// The time is over: end the connections, and wait for the handlers.
			s.Close()
		}
		r.Wait()
	}}, nil
}

// http makes a server that does not listen yet.
func (o *opener) http(ctx context.Context, cfg *OTLPHTTPConfig, r *otlp.Receiver) (*http.Server, error) {
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
	mux.Handle(string(cfg.LogsURLPath), r.Handler(options))
	return serverConfig.ToServer(ctx, o.host.GetExtensions(), o.set, mux, confighttp.WithErrorHandler(otlp.ErrorHandler))
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
