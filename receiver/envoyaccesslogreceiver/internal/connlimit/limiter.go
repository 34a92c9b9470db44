// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"net"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/ranked"
)

const (
	// DefaultMaxStreams bounds open gRPC streams. An open idle stream takes some
	// 12 KiB, its header not counted.
	DefaultMaxStreams = 8192
	// DefaultMessageTimeout is how long one message may take to arrive.
	DefaultMessageTimeout = 10 * time.Second
)

// Limits are what one receiver accepts on all its listeners together.
type Limits struct {
	// MaxConnections is the number of open connections. 0 takes it from the number
	// of files that the process may open: see DefaultMaxConnections.
	MaxConnections int
	// MaxStreams is the number of open gRPC requests and streams. The default is
	// DefaultMaxStreams.
	MaxStreams int
	// MessageTimeout is how long a message may take to arrive over gRPC, from the
	// request's header or from its first byte on a stream. The default is
	// DefaultMessageTimeout.
	MessageTimeout time.Duration
}

// Options of a Limiter.
type Options struct {
	Limits
	// Admission bounds the bytes that have arrived.
	Admission *admission.Controller
	// Report tells of each refusal and each end. It must not block. It may be nil.
	Report func(Event)
	// Health gets an error when newcomers have been refused for some seconds, and
	// nil when they get in again. It may be nil.
	Health func(error)
}

// Limiter bounds the connections and streams of one receiver. It may be used by
// several goroutines.
type Limiter struct {
	options Options
	health  *health
	stop    chan struct{}
	stopped sync.WaitGroup

	mu      sync.Mutex
	clients map[admission.Client]*client
	remotes map[net.Addr]*conn
	// byConns and byStreams have the clients that have most first.
	byConns, byStreams *ranked.Heap[*client]
	conns, streams     int
}

// New makes a limiter. It runs until Close.
func New(options Options) *Limiter {
	if options.MaxConnections <= 0 {
		options.MaxConnections = DefaultMaxConnections()
	}
	if options.MaxStreams <= 0 {
		options.MaxStreams = DefaultMaxStreams
	}
	if options.MessageTimeout <= 0 {
		options.MessageTimeout = DefaultMessageTimeout
	}
	if options.Report == nil {
		options.Report = func(Event) {}
	}
	l := &Limiter{
		options: options,
		health:  newHealth(options.Health),
		stop:    make(chan struct{}),
		clients: map[admission.Client]*client{},
		remotes: map[net.Addr]*conn{},
		byConns: ranked.New(func(a, b *client) bool { return a.conns() > b.conns() },
			func(p *client) *int { return &p.inByConns }),
		byStreams: ranked.New(func(a, b *client) bool { return a.streams() > b.streams() },
			func(p *client) *int { return &p.inByStrms }),
	}
	l.stopped.Go(l.sweep)
	return l
}

// Close stops the limiter. Its listeners must be closed already.
func (l *Limiter) Close() {
	close(l.stop)
	l.stopped.Wait()
	l.health.close()
}

// Stats is what is open.
type Stats struct {
	Connections, MaxConnections int
	Streams, MaxStreams         int
}

// Stats reads the current numbers.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{
		Connections: l.conns, MaxConnections: l.options.MaxConnections,
		Streams: l.streams, MaxStreams: l.options.MaxStreams,
	}
}
