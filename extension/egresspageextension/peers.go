// SPDX-License-Identifier: Apache-2.0

package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"

	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/page"
)

// newPeers returns what asks the pages of other gateways.
func (e *egressPage) newPeers(ctx context.Context, host component.Host) (*page.Peers, error) {
	cfg := e.cfg.Peers.Get()
	endpoint, err := url.Parse(cfg.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("`peers::endpoint` %q: %w", cfg.Endpoint, err)
	}
	client := cfg.ClientConfig
	if cfg.DNS != "" && client.TLS.ServerName == "" {
		client.TLS.ServerName = endpoint.Hostname() // peers are asked by their addresses
	}
	c, err := client.ToClient(ctx, host.GetExtensions(), e.set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("`peers`: %w", err)
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &page.Peers{
		Client:   c,
		Instance: e.ledgers.Instance(),
		Find:     func(ctx context.Context) ([]*url.URL, error) { return findPeers(ctx, endpoint, cfg.DNS) },
	}, nil
}

// findPeers returns the endpoint, or one URL for each address of a name.
func findPeers(ctx context.Context, endpoint *url.URL, name string) ([]*url.URL, error) {
	if name == "" {
		return []*url.URL{endpoint}, nil
	}
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return nil, err
	}
	slices.Sort(addresses)
	urls := make([]*url.URL, len(addresses))
	for i, a := range addresses {
		u := *endpoint
		u.Host = net.JoinHostPort(a, endpoint.Port())
		urls[i] = &u
	}
	return urls, nil
}
