package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
)

// stopTimeout bounds how long open streams and connections may delay the end.
// Streams end within a second of being told to.
const stopTimeout = 2 * time.Second

// accessLogReceiver owns the sockets. What is received on them is the handler's.
type accessLogReceiver struct {
	cfg      *Config
	settings receiver.Settings
	handler  *als.Handler

	// server and listener are set once the receiver runs.
	server   *grpc.Server
	listener net.Listener
	serving  sync.WaitGroup
	shutdown sync.Once
}

func newReceiver(set receiver.Settings, cfg *Config, next consumer.Logs) (*accessLogReceiver, error) {
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID:             set.ID,
		Transport:              "grpc",
		LongLivedCtx:           true,
		ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	r := &accessLogReceiver{cfg: cfg, settings: set}
	r.handler, err = als.New(als.Options{
		Keep:             cfg.Entries.Keep,
		Wait:             cfg.Entries.Wait,
		MaxBytes:         int64(cfg.Entries.MaxMemoryMiB) << 20,
		MaxConnectionAge: maxConnectionAge(cfg.Protocols.GRPC.Get()),
	}, set.TelemetrySettings, set.BuildInfo.Version, obsreport, next)
	return r, err
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
	cfg := r.cfg.Protocols.GRPC.Get()
	options := []configgrpc.ToServerOption{configgrpc.WithGrpcServerOption(grpc.WaitForHandlers(true))}
	if maxConnectionAge(cfg) > 0 {
		options = append(options, configgrpc.WithGrpcServerOption(grpc.StatsHandler(als.ConnectionClock{})))
	}
	server, err := cfg.ToServer(ctx, host.GetExtensions(), r.settings.TelemetrySettings, options...)
	if err != nil {
		return err
	}
	accesslogservicev3.RegisterAccessLogServiceServer(server, r.handler)
	listener, err := cfg.NetAddr.Listen(ctx)
	if err != nil {
		return err
	}
	r.settings.Logger.Info("Starting gRPC server", zap.Stringer("endpoint", listener.Addr()))
	r.server, r.listener = server, listener
	r.handler.Start()
	r.serving.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	return nil
}

// Shutdown ends all streams, each at a moment when nothing is under way on it if
// there is one, and passes on what was received. Proxies open their next streams
// elsewhere.
func (r *accessLogReceiver) Shutdown(ctx context.Context) (err error) {
	r.shutdown.Do(func() {
		r.stopServer(ctx)
		err = r.handler.Shutdown(ctx)
	})
	return err
}

func (r *accessLogReceiver) stopServer(ctx context.Context) {
	if r.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		// Tells proxies to open no new streams here, and waits for those that are
		// open, which only the handler can end.
		r.server.GracefulStop()
		close(stopped)
	}()
	r.handler.Drain()
	select {
	case <-stopped:
	case <-ctx.Done():
		r.server.Stop()
		<-stopped
	}
	r.serving.Wait()
}
