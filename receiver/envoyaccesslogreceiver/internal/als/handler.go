package als

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/twins"
)

// Options of a handler.
type Options struct {
	Keep Keep
	// Wait is how long an entry may be held back for its twin.
	Wait time.Duration
	// MaxBytes bounds what is held back and remembered.
	MaxBytes int64
	// MaxConnectionAge is that of the gRPC server, zero if it has none. Streams
	// of older connections are ended, since the server itself waits for them.
	MaxConnectionAge time.Duration
}

// Handler serves the access log service. It is safe for concurrent use.
type Handler struct {
	accesslogservicev3.UnimplementedAccessLogServiceServer

	options   Options
	next      consumer.Logs
	obsreport *receiverhelper.ObsReport
	version   string
	telemetry *telemetry
	failures  failureLog

	seed    maphash.Seed
	twins   *twins.Set[held]
	streams atomic.Int64

	// draining is closed when streams have to end, readers are the goroutines
	// that read them, and stop ends the one that lets held entries go.
	draining  chan struct{}
	readers   sync.WaitGroup
	stop      chan struct{}
	releasing sync.WaitGroup
}

// New makes a handler that passes records on to next.
func New(options Options, set component.TelemetrySettings, version string, obsreport *receiverhelper.ObsReport, next consumer.Logs) (*Handler, error) {
	h := &Handler{
		options:   options,
		next:      next,
		obsreport: obsreport,
		version:   version,
		failures:  failureLog{logger: set.Logger},
		seed:      maphash.MakeSeed(),
		twins:     twins.NewSet[held](options.Wait, options.MaxBytes),
		draining:  make(chan struct{}),
		stop:      make(chan struct{}),
	}
	var err error
	h.telemetry, err = newTelemetry(set, h)
	return h, err
}

// Start begins to let held entries go when their time is over.
func (h *Handler) Start() {
	if h.options.Keep == KeepAuto {
		h.releasing.Go(h.releaseHeld)
	}
}

// Drain lets each stream end as soon as it is quiet for a moment.
func (h *Handler) Drain() { close(h.draining) }

// Shutdown waits until what was received is passed on, and then passes on what
// was held back. The server has to be stopped before.
func (h *Handler) Shutdown(ctx context.Context) error {
	close(h.stop)
	done := make(chan struct{})
	go func() {
		h.readers.Wait()
		h.releasing.Wait()
		h.pass(h.twins.Flush())
		h.telemetry.builder.Shutdown()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// releaseHeld passes on entries whose twins did not come.
func (h *Handler) releaseHeld() {
	ticker := time.NewTicker(max(h.options.Wait/8, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-h.stop:
			return
		case now := <-ticker.C:
			due, missed := h.twins.Expire(now)
			h.telemetry.overflows[forgotten].add(context.Background(), int64(missed))
			h.pass(due)
		}
	}
}

// failureLogInterval is the least time between two warnings.
const failureLogInterval = time.Minute

// failureLog keeps a next component that stays out of order from filling the log.
type failureLog struct {
	logger *zap.Logger

	mu    sync.Mutex
	last  time.Time
	quiet int
}

func (l *failureLog) failed(err error, entries int, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet += entries
	if !l.last.IsZero() && now.Sub(l.last) < failureLogInterval {
		return
	}
	l.logger.Warn("Entries were refused by the next component and are lost: Envoy cannot be told to send them again",
		zap.Error(err), zap.Int("entries_since_last_warning", l.quiet))
	l.last, l.quiet = now, 0
}
