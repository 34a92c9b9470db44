// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"net/url"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/delivery"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// events counts what happens and logs it, each kind once a minute.
type events struct {
	telemetry *telemetry
	logger    *zap.Logger
	// host is the server's, for logs.
	host zap.Field
	log  logThrottle
}

var (
	_ delivery.Observer = (*events)(nil)
	_ queue.Observer    = (*events)(nil)
)

func newEvents(t *telemetry, logger *zap.Logger, endpoint string) *events {
	e := &events{telemetry: t, logger: logger, host: zap.Skip()}
	if u, err := url.Parse(endpoint); err == nil {
		e.host = zap.String("host", u.Host) // the URL may hold a password
	}
	return e
}

func (e *events) Attempted(a *send.Answer, bytes int) {
	e.telemetry.sentBytes.add(bytes)
	outcome := outcomeAccepted
	switch a.Verdict {
	case send.Refused, send.PartlyRefused:
		outcome = outcomeRefused
	case send.Wait:
		outcome = outcomeFailed
	}
	e.telemetry.requests[outcome].add(1)
}

func (e *events) Accepted(c protocol.Counts) {
	e.telemetry.sentSamples.add(c.Values())
	e.telemetry.sentExemplars.add(c.Exemplars)
	e.telemetry.sentPoints.add(c.Points)
}

func (e *events) Lost(c protocol.Counts, reason delivery.Reason, text string) {
	e.countLost(c, reason)
	quiet, ok := e.log.allow("lost " + string(reason))
	if !ok {
		return
	}
	e.logger.Warn(messageOf(reason), e.host, zap.String("reason", string(reason)), zap.Int("samples", c.Values()),
		zap.Int("exemplars", c.Exemplars), zap.String("text", text), quiet)
}

// messageOf says what is lost, and what is not.
func messageOf(reason delivery.Reason) string {
	switch {
	case reason == delivery.Reason(send.ReasonNativeHistograms):
		return "The server takes no native histograms. They are lost, all other samples are sent. " +
			"Enable native histograms there, or send histograms with explicit buckets"
	case reason == delivery.ReasonRefusedTogether:
		return "The server refuses many samples. Those that are left are lost, with some that it may have taken"
	case slices.Contains(send.Reasons(), send.Reason(reason)):
		return "The server refuses samples. They are lost, the others of their request are sent"
	}
	return "Samples are lost"
}

func (e *events) countLost(c protocol.Counts, reason delivery.Reason) {
	e.telemetry.lostSamples[reason].add(c.Values())
	e.telemetry.lostPoints[reason].add(c.Points)
	e.telemetry.lostExemplars.add(c.Exemplars)
}

func (e *events) Waiting(a *send.Answer, pause time.Duration, since time.Time) {
	if quiet, ok := e.log.allow("waiting"); ok {
		fields := []zap.Field{
			e.host, zap.Int("status", a.Status), zap.String("error", a.Text),
			zap.Duration("failing_for", time.Since(since).Truncate(time.Second)), zap.Duration("next_attempt_in", pause), quiet,
		}
		if a.Hint != "" {
			fields = append(fields, zap.String("hint", a.Hint))
		}
		e.logger.Warn("A request failed and will be sent again", fields...)
	}
}

func (e *events) StorageFailed(operation string, err error) {
	e.telemetry.storageFailures[operation].add(1)
	if quiet, ok := e.log.allow("storage " + operation); ok {
		e.logger.Error("The storage of the queue failed", zap.String("operation", operation), zap.Error(err), quiet)
	}
}

func (e *events) Unreadable(flushes int, err error) {
	e.telemetry.droppedFlushes[queue.CauseStorage].add(flushes)
	e.telemetry.storageFailures[queue.OperationRead].add(1)
	if quiet, ok := e.log.allow("unreadable"); ok {
		e.logger.Error("What the storage holds of the queue is damaged: flushes are lost", zap.Int("flushes", flushes), zap.Error(err), quiet)
	}
}

func (e *events) Queued(samples int) { e.telemetry.queuedSamples.add(samples) }

func (e *events) Dropped(it *queue.Item, why queue.Cause) {
	e.telemetry.droppedFlushes[why].add(1)
	e.Lost(it.Unsent(), delivery.Reason(why), "the oldest flush left the queue")
}

// unsendable counts points that have no form in remote write.
func (e *events) unsendable(report *series.Report) {
	if report.Points() == 0 {
		return
	}
	for _, reason := range series.Reasons() {
		u := report.Unsent(reason)
		if u.Points == 0 {
			continue
		}
		e.telemetry.unsendable[reason].add(u.Points)
		if quiet, ok := e.log.allow("unsendable " + string(reason)); ok {
			e.logger.Warn("Points cannot be sent by remote write", zap.String("reason", string(reason)),
				zap.Int("points", u.Points), zap.String("metric", u.Metric), quiet)
		}
	}
}

// opened says what the queue began with.
func (e *events) opened(s queue.Stats, setAside string) {
	if setAside != "" {
		e.telemetry.setAside.add(1)
		e.logger.Warn("The storage holds a queue of another version, which is left alone", zap.String("version", setAside))
	}
	if s.Flushes > 0 {
		e.logger.Info("The queue holds flushes from before the start", zap.Int("flushes", s.Flushes),
			zap.Int64("bytes", s.Bytes), zap.Time("oldest", s.Oldest))
	}
}

// closed says what a stop left unsent.
func (e *events) closed(saved, lost []*queue.Item) {
	if len(saved) > 0 {
		c := unsent(saved)
		e.logger.Info("Flushes wait in the storage for the next start", zap.Int("flushes", len(saved)),
			zap.Int("samples", c.Values()), zap.Time("oldest", saved[0].Queued))
	}
	if len(lost) > 0 {
		c := unsent(lost)
		e.countLost(c, delivery.ReasonShutdown)
		e.logger.Error("Flushes are lost: the server did not take them in the time of the stop", zap.Int("flushes", len(lost)),
			zap.Int("samples", c.Values()), zap.Time("oldest", lost[0].Queued))
	}
}

func unsent(items []*queue.Item) (sum protocol.Counts) {
	for _, it := range items {
		sum.Add(it.Unsent())
	}
	return sum
}
