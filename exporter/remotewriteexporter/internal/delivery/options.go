package delivery

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/config/configretry"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// Sender makes one attempt. Protocol is what the queue keeps of a flush.
type Sender interface {
	Send(ctx context.Context, body []byte, protocol uint8) send.Answer
	// Counts says whether servers of this protocol say what they wrote.
	Counts(protocol uint8) bool
}

// Splitter halves what the server refuses.
type Splitter interface {
	// Split returns two requests that say together what body says. It is not ok
	// if the body holds one series only, or cannot be read.
	Split(body []byte, protocol uint8) (first, second queue.Request, ok bool)
}

// Options of a delivery.
type Options struct {
	// Consumers is how many shards are sent in parallel.
	Consumers int
	Retry     configretry.BackOffConfig
}

// Observer is told what becomes of requests. Its methods are called by several
// goroutines.
type Observer interface {
	// Attempted is called after each attempt.
	Attempted(a *send.Answer, bytes int)
	// Accepted: the server wrote these.
	Accepted(c queue.Counts)
	// Lost: these will not be written. The text is what the server said, if it
	// said something.
	Lost(c queue.Counts, reason Reason, text string)
	// Waiting: an attempt failed, the next is due after the pause.
	Waiting(a *send.Answer, pause time.Duration)
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
