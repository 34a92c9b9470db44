package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

// server is what listens on one port.
type server struct {
	protocol protocol
	listener net.Listener
	serve    func(net.Listener) error
	// stop takes no new requests and waits for those under way until the context
	// ends, and then ends them.
	stop func(context.Context)
}

// serve runs a server until it is stopped.
func (r *accessLogReceiver) serve(s *server, host component.Host) {
	r.settings.Logger.Info("Starting server", zap.Stringer("protocol", s.protocol), zap.Stringer("endpoint", s.listener.Addr()))
	r.serving.Go(func() {
		err := s.serve(s.listener)
		if err != nil && !errors.Is(err, grpc.ErrServerStopped) && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
}

func (r *accessLogReceiver) openALS(ctx context.Context, host component.Host) (*server, error) {
	cfg := r.cfg.Protocols.GRPC.Get()
	if cfg == nil {
		return nil, nil
	}
	options := []grpc.ServerOption{grpc.ForceServerCodecV2(als.Codec{})}
	if maxConnectionAge(cfg) > 0 {
		options = append(options, grpc.StatsHandler(als.ConnectionClock{}))
	}
	methods := connlimit.GRPC{Streams: []string{als.StreamMethod}}
	s, server, err := r.openGRPC(ctx, host, protocolALS, cfg, methods, options...)
	if err != nil {
		return nil, err
	}
	r.als.Register(server)
	stop := s.stop
	s.stop = func(ctx context.Context) {
		// Only the handler can end streams.
		r.als.Drain()
		stop(ctx)
	}
	return s, nil
}

func (r *accessLogReceiver) openOTLPGRPC(ctx context.Context, host component.Host) (*server, error) {
	cfg := r.cfg.Protocols.OTLP.GRPC.Get()
	if cfg == nil {
		return nil, nil
	}
	methods := connlimit.GRPC{Unary: []string{otlp.ExportMethod}}
	s, server, err := r.openGRPC(ctx, host, protocolOTLPGRPC, cfg, methods, grpc.ForceServerCodecV2(otlp.Codec{}))
	if err != nil {
		return nil, err
	}
	r.otlpGRPC.Register(server)
	return s, nil
}

// openGRPC makes a server and listens.
func (r *accessLogReceiver) openGRPC(ctx context.Context, host component.Host, p protocol, cfg *configgrpc.ServerConfig, methods connlimit.GRPC, more ...grpc.ServerOption) (*server, *grpc.Server, error) {
	limited, err := r.limit(ctx, cfg, methods)
	if err != nil {
		return nil, nil, err
	}
	more = append(append(more, grpc.WaitForHandlers(true)), limited...)
	options := make([]configgrpc.ToServerOption, len(more))
	for i, o := range more {
		options[i] = configgrpc.WithGrpcServerOption(o)
	}
	s, err := cfg.ToServer(ctx, host.GetExtensions(), r.settings.TelemetrySettings, options...)
	if err != nil {
		return nil, nil, err
	}
	listener, err := cfg.NetAddr.Listen(ctx)
	if err != nil {
		return nil, nil, err
	}
	return &server{protocol: p, listener: r.limiter.Listen(listener), serve: s.Serve, stop: func(ctx context.Context) { stopGRPC(ctx, s) }}, s, nil
}

// limit gives the options by which a server bounds its streams.
func (r *accessLogReceiver) limit(ctx context.Context, cfg *configgrpc.ServerConfig, g connlimit.GRPC) ([]grpc.ServerOption, error) {
	if cfg.TLS.HasValue() {
		// The limiter wraps the credentials that the server would have.
		config, err := cfg.TLS.Get().LoadTLSConfig(ctx)
		if err != nil {
			return nil, err
		}
		g.Credentials = credentials.NewTLS(config)
	}
	g.ReadBufferSize = cfg.ReadBufferSize
	g.MaxRecvMsgSize = maxRecvMsgSizeMiB(cfg) << 20
	return r.limiter.ServerOptions(g), nil
}

// stopGRPC tells clients to open no new streams here and waits for those that
// are open.
func stopGRPC(ctx context.Context, s *grpc.Server) {
	stopped := make(chan struct{})
	go func() {
		s.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
		s.Stop()
		<-stopped
	}
}

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
