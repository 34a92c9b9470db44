// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// flush is the sending of one flush.
type flush struct {
	*Loop
	item  *queue.Item
	began time.Time
	// extra requests that may still be sent.
	extra atomic.Int64
	// left: a stop ended before all was sent.
	left atomic.Bool
}

// shard sends the requests of a shard in order.
func (f *flush) shard(ctx context.Context, shard int) {
	for i := range f.item.Shards[shard] {
		if f.left.Load() {
			return
		}
		if !f.request(ctx, shard, i) {
			f.left.Store(true)
			return
		}
	}
}

// request sends one request. It returns false if the request stays in the
// queue.
func (f *flush) request(ctx context.Context, shard, i int) bool {
	// The queue outlives ctx: its end is no reason to lose what was done.
	lasting := context.WithoutCancel(ctx)
	counts := f.item.Shards[shard][i].Counts
	body, err := f.load(lasting, shard, i)
	switch {
	case err != nil && !errors.Is(err, queue.ErrMissing) && f.isStopping():
		return false // what is stored waits for the next start
	case err != nil:
		f.observer.Lost(counts, ReasonStorage, err.Error())
	case body != nil && !f.deliver(ctx, protocol.Request{Body: body, Counts: counts}):
		return false
	}
	f.queue.Sent(lasting, f.item, shard, i)
	return true
}

// readAttempts bounds the attempts at a request that cannot be read. A disk may
// fail for a moment, and what it holds must not go for that.
const readAttempts = 5

func (f *flush) load(ctx context.Context, shard, i int) (body []byte, err error) {
	retry := backoff{BackOffConfig: f.opts.Retry}
	for range readAttempts {
		body, err = f.queue.Load(ctx, f.item, shard, i)
		if err == nil {
			break
		}
		f.observer.StorageFailed(queue.OperationRead, err)
		if errors.Is(err, queue.ErrMissing) || !sleep(ctx, retry.next(), f.stopping) {
			break
		}
	}
	return body, err
}

// deliver sends a request, and its halves if the server refuses it, and theirs,
// until what is refused is one series. It returns false if the request has to
// be sent again, all of it: what is sent after a restart is what was sent
// before.
func (f *flush) deliver(ctx context.Context, r protocol.Request) bool {
	parts := []part{{Request: r}}
	// The server may have the request if an attempt ended without an answer.
	again := f.item.Restored()
	for len(parts) > 0 {
		last := len(parts) - 1
		p := parts[last]
		parts = parts[:last]
		a, failed, ok := f.attempt(ctx, p.Request)
		if !ok {
			return false
		}
		again = again || failed
		switch a.Verdict {
		case send.Accepted, send.PartlyRefused:
			f.taken(p, &a, again)
		case send.Refused:
			parts = append(parts, f.refused(p, &a)...)
		case send.Wait:
			f.observer.Lost(p.Counts, ReasonRetries, a.Text)
		}
	}
	return true
}

// taken accounts for a part that the server took. again says that it may have had it
// before.
func (f *flush) taken(p part, a *send.Answer, again bool) {
	if f.hasAll(p.Request, a, again) {
		f.observer.Accepted(p.Counts)
		return
	}
	f.written(p.Counts, a)
	if p.whole != nil {
		f.older(p.whole.Without(p.Counts), again)
	}
}

// written counts what the server wrote. A server that does not say so wrote
// all, unless its protocol has it say so: one that does not know protocol 2.0
// may accept a request in which it finds nothing.
func (f *flush) written(sent protocol.Counts, a *send.Answer) {
	if a.Written == nil {
		if f.item.Version == protocol.V2 {
			f.observer.Lost(sent, ReasonNotWritten, "the server does not say that it wrote anything: check `protobuf_message`")
			return
		}
		f.observer.Accepted(sent)
		return
	}
	wrote := protocol.Counts{
		Samples:    min(a.Written.Samples, sent.Samples),
		Histograms: min(a.Written.Histograms, sent.Histograms),
		Exemplars:  min(a.Written.Exemplars, sent.Exemplars),
	}
	lost := sent.Without(wrote)
	protocol.SharePoints(sent, &wrote, &lost)
	f.observer.Accepted(wrote)
	if lost == (protocol.Counts{}) {
		return
	}
	reason := ReasonNotWritten
	if a.Verdict == send.PartlyRefused {
		reason = Reason(a.Reason)
	}
	f.observer.Lost(lost, reason, a.Text)
}
