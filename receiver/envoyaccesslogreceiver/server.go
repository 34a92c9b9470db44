// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"context"
	"errors"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
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

// run serves until the server is stopped.
func (s *server) run(host component.Host) {
	err := s.serve(s.listener)
	if err != nil && !errors.Is(err, grpc.ErrServerStopped) && !errors.Is(err, http.ErrServerClosed) {
		componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
	}
}

// opener opens servers.
type opener struct {
	set     component.TelemetrySettings
	host    component.Host
	limiter *connlimit.Limiter
}

// newLimiter bounds connections and streams of all servers.
func newLimiter(s shared, host component.Host) *connlimit.Limiter {
	return connlimit.New(connlimit.Options{
		Limits: connlimit.Limits{
			MaxConnections: s.cfg.Limits.MaxConnections,
			MaxStreams:     s.cfg.Limits.MaxStreams,
			MessageTimeout: s.cfg.Limits.MessageTimeout,
		},
		Admission: s.admission,
		Report:    s.telemetry.limited,
		Health: func(err error) {
			event := componentstatus.NewEvent(componentstatus.StatusOK)
			if err != nil {
				event = componentstatus.NewRecoverableErrorEvent(err)
			}
			componentstatus.ReportStatus(host, event)
		},
	})
}
