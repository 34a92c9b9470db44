package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
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
