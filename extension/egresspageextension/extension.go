// SPDX-License-Identifier: Apache-2.0

package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/page"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// NewFactory creates the factory of the extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return &egressPage{cfg: cfg.(*Config), set: set, ledgers: page.NewLedgers()}, nil
}

// egressPage serves the page while it runs.
type egressPage struct {
	cfg     *Config
	set     extension.Settings
	ledgers *page.Ledgers

	// listener is where the page is, once it runs.
	listener net.Listener
	server   *http.Server
	served   sync.WaitGroup
	// peers asks other gateways, nil if there are none.
	peers *page.Peers
}

var _ egress.Page = (*egressPage)(nil)

// Register implements egress.Page.
func (e *egressPage) Register(component string, l egress.Ledger) (unregister func()) {
	return e.ledgers.Register(component, l)
}

// Start listens and serves. An endpoint that is taken ends the start.
func (e *egressPage) Start(ctx context.Context, host component.Host) error {
	settings, err := e.cfg.Suggestions.settings()
	if err != nil {
		return err
	}
	listener, err := e.cfg.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("`endpoint` %s: %w", e.cfg.NetAddr.Endpoint, err)
	}
	if e.cfg.Peers.HasValue() {
		if e.peers, err = e.newPeers(ctx, host); err != nil {
			return errors.Join(err, listener.Close())
		}
		e.ledgers.SetPeers(e.peers)
	}
	handler, err := page.NewHandler(page.Options{
		Ledgers:     e.ledgers,
		Version:     e.set.BuildInfo.Version,
		LocalOnly:   onlyLocal(listener),
		Suggestions: settings,
		Files:       page.NewFiles(e.cfg.IstioResources),
		MeshMode:    e.cfg.MeshMode,
		UnusedAfter: time.Duration(e.cfg.UnusedAfter),
	})
	if err == nil {
		e.server, err = e.cfg.ToServer(ctx, host.GetExtensions(), e.set.TelemetrySettings, handler)
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	e.listener = listener
	e.set.Logger.Info("Starting HTTP server", zap.Stringer("endpoint", listener.Addr()))
	e.served.Go(func() {
		if err := e.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	return nil
}

// onlyLocal tells whether a listener is reached from this machine only.
func onlyLocal(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// Shutdown ends open requests, waits for the server to end, and lets go of the peers.
func (e *egressPage) Shutdown(context.Context) error {
	if e.peers != nil {
		defer e.peers.Client.CloseIdleConnections()
	}
	if e.server == nil {
		return nil
	}
	err := e.server.Close()
	e.served.Wait()
	return err
}
