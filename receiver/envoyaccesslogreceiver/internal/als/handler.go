// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/report"
)

// Options of a handler.
type Options struct {
	Keep Keep
	// Wait is how long an entry may be held back for the other entry of
	// its event.
	Wait time.Duration
	// MaxBytes bounds what is held back and remembered.
	MaxBytes int64
	// MaxConnectionAge is that of the gRPC server, zero if it has none. Streams
	// of older connections are ended, since the server itself waits for them.
	MaxConnectionAge time.Duration
	// Admission bounds what all streams decode at once. Without it there is no
	// such bound.
	Admission *admission.Controller
	// Heard notes which proxies send. It may be nil.
	Heard *lastheard.Table
	// Report warns of what is lost, repaired or ambiguous. It may be nil.
	Report *report.Log
	// VerifySender refuses entries that name another sender than the client's
	// certificate does.
	VerifySender bool
}

// Handler serves the access log service. It is safe for concurrent use.
type Handler struct {
	options   Options
	next      consumer.Logs
	obsreport *receiverhelper.ObsReport
	version   string
	telemetry *telemetry

	seed    maphash.Seed
	pairing *pairing.Set[held]
	streams atomic.Int64

	// draining is closed when streams have to end, readers are the goroutines
	// that read them, and stop ends the one that lets held entries go.
	draining  chan struct{}
	readers   sync.WaitGroup
	stop      chan struct{}
	releasing sync.WaitGroup
}

// New makes a handler that passes records on to next. b makes its counters.
func New(options Options, b *metadata.TelemetryBuilder, version string, obsreport *receiverhelper.ObsReport, next consumer.Logs) *Handler {
	return &Handler{
		options:   options,
		next:      next,
		obsreport: obsreport,
		version:   version,
		telemetry: newTelemetry(b),
		seed:      maphash.MakeSeed(),
		pairing:   pairing.NewSet[held](options.Wait, options.MaxBytes),
		draining:  make(chan struct{}),
		stop:      make(chan struct{}),
	}
}

// Stats is what a handler holds.
type Stats struct {
	// Streams are open. The rest is what pairing holds.
	Streams int64
	pairing.Stats
	// MaxBytes is the limit of Bytes.
	MaxBytes int64
}

// Stats reads the current numbers.
func (h *Handler) Stats() Stats {
	return Stats{Streams: h.streams.Load(), Stats: h.pairing.Stats(), MaxBytes: h.options.MaxBytes}
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
		h.pass(h.pairing.Flush())
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// releaseHeld passes on entries that have waited.
func (h *Handler) releaseHeld() {
	ticker := time.NewTicker(max(h.options.Wait/8, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-h.stop:
			return
		case now := <-ticker.C:
			due, missed := h.pairing.Expire(now)
			h.telemetry.overflows[forgotten].Add(context.Background(), int64(missed))
			h.pass(due)
		}
	}
}
