package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

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
