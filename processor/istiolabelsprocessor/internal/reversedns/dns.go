// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import (
	"context"
	"net"
	"net/netip"
)

// dns is what is needed of net.Resolver.
type dns interface {
	LookupAddr(ctx context.Context, addr string) ([]string, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// client asks one server, or those of the system if it is empty. Each question
// has a net.Resolver of its own: one that has several lets a question that two
// of its callers share run on when both have left.
type client struct{ server string }

func (c client) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return c.resolver().LookupAddr(ctx, addr)
}

func (c client) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return c.resolver().LookupNetIP(ctx, network, host)
}

// resolver is Go's own, since a question of the C library cannot be cancelled.
func (c client) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: c.dial}
}

func (c client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.server != "" {
		address = c.server
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	// While net.Resolver reads it heeds the deadline of this context, but not
	// its end. It ends the context itself after each question.
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, nil
}
