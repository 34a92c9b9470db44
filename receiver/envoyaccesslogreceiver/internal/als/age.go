// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"time"

	"google.golang.org/grpc/stats"
)

// ageSlack is by how much a gRPC server lets a connection be older than it is
// told: it spreads ages by a tenth.
const ageSlack = 10

// ConnectionClock tells streams when their connection began. A gRPC server needs
// it as its stats handler if it has a maximal age of connections: past that age
// it tells the client to open no new streams here and then waits for those that
// are open, which Envoy's never end by themselves.
type ConnectionClock struct{}

var _ stats.Handler = ConnectionClock{}

type connectionStart struct{}

// TagConn notes when a connection began.
func (ConnectionClock) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return context.WithValue(ctx, connectionStart{}, time.Now())
}

// HandleConn does nothing.
func (ConnectionClock) HandleConn(context.Context, stats.ConnStats) {}

// TagRPC does nothing.
func (ConnectionClock) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC does nothing.
func (ConnectionClock) HandleRPC(context.Context, stats.RPCStats) {}

// ageTimer gives a channel that is ready when the stream's connection is older
// than it may be, so that the proxy opens its next stream elsewhere. It never is
// if there is no such age.
func (h *Handler) ageTimer(ctx context.Context) (_ <-chan time.Time, stop func() bool) {
	start, ok := ctx.Value(connectionStart{}).(time.Time)
	most := h.options.MaxConnectionAge
	if !ok || most <= 0 {
		return nil, func() bool { return false }
	}
	t := time.NewTimer(time.Until(start.Add(most + most/ageSlack)))
	return t.C, t.Stop
}
