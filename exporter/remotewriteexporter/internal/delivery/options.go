// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/config/configretry"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// Sender makes one attempt.
type Sender interface {
	Send(ctx context.Context, body []byte, v protocol.Version) send.Answer
}

// Options of a delivery.
type Options struct {
	// Consumers is how many shards are sent in parallel.
	Consumers int
	Retry     configretry.BackOffConfig
	// Split halves what the server refuses, as protocol.Split does.
	Split Divide
	// SplitHistograms takes native histograms out of a request, as
	// protocol.SplitHistograms does.
	SplitHistograms Divide
	// SplitNewest takes the newest value of each series out of a request, as
	// protocol.SplitNewest does.
	SplitNewest Divide
}

// Divide makes two requests of the body of one, or returns false.
type Divide func(body []byte, v protocol.Version) (a, b protocol.Request, ok bool)

// Observer is told what becomes of requests. Its methods are called by several
// goroutines.
type Observer interface {
	// Attempted is called after each attempt.
	Attempted(a *send.Answer, bytes int)
	// Accepted: the server wrote these.
	Accepted(c protocol.Counts)
	// Lost: these will not be written. The text is what the server said, if it
	// said something.
	Lost(c protocol.Counts, reason Reason, text string)
	// Waiting: an attempt failed, the next is due after the pause. The request has
	// failed since that time.
	Waiting(a *send.Answer, pause time.Duration, since time.Time)
	// StorageFailed: the queue could not be read.
	StorageFailed(operation string, err error)
}

// Reason says why samples are lost. It is the value of an attribute: one of
// these, or one of package send's or queue's.
type Reason string

// Reasons.
const (
	// ReasonRefusedTogether: refused with others, and there were too many
	// refusals to find out which the server takes.
	ReasonRefusedTogether Reason = "refused_together"
	// ReasonNotWritten: the server accepted the request and says that it did
	// not write all.
	ReasonNotWritten Reason = "not_written"
	// ReasonRetries: retry_on_failure's time was over.
	ReasonRetries Reason = "retries"
	// ReasonStorage: what was stored cannot be read.
	ReasonStorage Reason = "storage"
	// ReasonShutdown: a stop's time was over, and nothing is stored.
	ReasonShutdown Reason = "shutdown"
)
