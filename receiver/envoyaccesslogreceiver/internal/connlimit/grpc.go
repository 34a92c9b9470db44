// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/tap"
)

const (
	defaultReadBuffer = 32 << 10
	defaultMaxRecv    = 4 << 20
	maxHeaderList     = 16 << 10
)

// GRPC describes a gRPC server to limit.
type GRPC struct {
	// Unary and Streams are the full names of its methods, /SERVICE/METHOD. Streams
	// are those whose client sends many messages, and may live for ever. Other
	// methods are not limited.
	Unary, Streams []string
	// Credentials are those of TLS. They may be nil.
	Credentials credentials.TransportCredentials
	// ReadBufferSize is the size of each connection's buffer in bytes. The default
	// is gRPC's, 32 KiB.
	ReadBufferSize int
	// MaxRecvMsgSize is the same as grpc.MaxRecvMsgSize in bytes. A compressed
	// request acquires as much before it is read. The default is 4 MiB.
	MaxRecvMsgSize int
}

// ServerOptions are the options of a server whose listener is one of Listen. They
// must come after others of the same kind: they replace grpc.Creds,
// grpc.ReadBufferSize, grpc.MaxRecvMsgSize, grpc.MaxHeaderListSize (16 KiB) and
// grpc.ConnectionTimeout (Limits.MessageTimeout). There can be no other
// grpc.InTapHandle.
func (l *Limiter) ServerOptions(g GRPC) []grpc.ServerOption {
	if g.ReadBufferSize <= 0 {
		g.ReadBufferSize = defaultReadBuffer
	}
	if g.MaxRecvMsgSize <= 0 {
		g.MaxRecvMsgSize = defaultMaxRecv
	}
	methods := map[string]bool{}
	for _, name := range g.Unary {
		methods[name] = true
	}
	for _, name := range g.Streams {
		methods[name] = false
	}
	return []grpc.ServerOption{
		grpc.Creds(&metered{TransportCredentials: g.Credentials, buffer: g.ReadBufferSize}),
		// The buffer is ours, above: gRPC then reads frame by frame, and the meter
		// knows which frame opens which stream.
		grpc.ReadBufferSize(0),
		grpc.MaxRecvMsgSize(g.MaxRecvMsgSize),
		grpc.MaxHeaderListSize(maxHeaderList),
		grpc.ConnectionTimeout(l.options.MessageTimeout),
		grpc.StatsHandler(&statsHandler{l: l, maxRecv: int64(g.MaxRecvMsgSize)}),
		grpc.InTapHandle(l.tap(methods)),
		grpc.ChainStreamInterceptor(refuse),
	}
}

// tap opens streams. It runs in the goroutine that reads the connection.
func (l *Limiter) tap(methods map[string]bool) tap.ServerInHandle {
	return func(ctx context.Context, info *tap.Info) (context.Context, error) {
		unary, known := methods[info.FullMethodName]
		c, _ := ctx.Value(connKey{}).(*conn)
		if !known || c == nil || ctx.Err() != nil {
			return ctx, nil
		}
		s, err := l.openStream(ctx, c, unary)
		if err != nil {
			return ctx, err
		}
		return s, nil
	}
}

// refuse answers a stream that was refused when it began.
func refuse(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if s := streamOf(ss.Context()); s != nil && s.refused != nil {
		return s.refused
	}
	return handler(srv, ss)
}

// Taken says that a request's bytes on the wire are no longer needed, because it
// was decoded. ctx is that of its handler. Otherwise they count until it ends.
// Messages of streams count until they are handed over.
func Taken(ctx context.Context) {
	s := streamOf(ctx)
	if s == nil || !s.unary {
		return
	}
	if s.compressed != nil {
		s.compressed.Release()
	}
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if !s.dropped {
		s.handOver(s.size)
		s.c.sync()
	}
}
