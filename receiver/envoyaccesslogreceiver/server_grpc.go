// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"runtime"

	"go.opentelemetry.io/collector/config/configgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
)

func (o *opener) als(ctx context.Context, cfg *configgrpc.ServerConfig, h *als.Handler) (*server, error) {
	options := []grpc.ServerOption{grpc.ForceServerCodecV2(als.Codec{})}
	if maxConnectionAge(cfg) > 0 {
		options = append(options, grpc.StatsHandler(als.ConnectionClock{}))
	}
	methods := connlimit.GRPC{Streams: []string{als.StreamMethod}}
	s, err := o.grpc(ctx, protocolALS, cfg, methods, h.Register, options...)
	if err != nil {
		return nil, err
	}
	stop := s.stop
	s.stop = func(ctx context.Context) {
		// Only the handler can end streams.
		h.Drain()
		stop(ctx)
	}
	return s, nil
}

func (o *opener) otlpGRPC(ctx context.Context, cfg *configgrpc.ServerConfig, r *otlp.Receiver) (*server, error) {
	methods := connlimit.GRPC{Unary: []string{otlp.ExportMethod}}
	// A goroutine for each request would have to grow its stack each time, which is a
	// tenth of what a small request costs. Requests beyond the workers still get one.
	workers := grpc.NumStreamWorkers(uint32(workersPerCPU * runtime.GOMAXPROCS(0)))
	return o.grpc(ctx, protocolOTLPGRPC, cfg, methods, r.Register, grpc.ForceServerCodecV2(otlp.Codec{}), workers)
}

// workersPerCPU is low: the collector shrinks the stacks of idle goroutines, so that
// each worker has to grow its own again.
const workersPerCPU = 2

// grpc makes a server with a service and listens.
func (o *opener) grpc(ctx context.Context, p protocol, cfg *configgrpc.ServerConfig, methods connlimit.GRPC,
	register func(grpc.ServiceRegistrar), more ...grpc.ServerOption,
) (*server, error) {
	limited, err := o.limit(ctx, cfg, methods)
	if err != nil {
		return nil, err
	}
	more = append(append(more, grpc.WaitForHandlers(true)), limited...)
	options := make([]configgrpc.ToServerOption, len(more))
	for i, option := range more {
		options[i] = configgrpc.WithGrpcServerOption(option)
	}
	s, err := cfg.ToServer(ctx, o.host.GetExtensions(), o.set, options...)
	if err != nil {
		return nil, err
	}
	register(s)
	listener, err := cfg.NetAddr.Listen(ctx)
	if err != nil {
		s.Stop() // it may have workers
		return nil, err
	}
	return &server{protocol: p, listener: o.limiter.Listen(listener), serve: s.Serve, stop: func(ctx context.Context) { stopGRPC(ctx, s) }}, nil
}

// limit gives the options by which a server bounds its streams.
func (o *opener) limit(ctx context.Context, cfg *configgrpc.ServerConfig, g connlimit.GRPC) ([]grpc.ServerOption, error) {
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
	return o.limiter.ServerOptions(g), nil
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
