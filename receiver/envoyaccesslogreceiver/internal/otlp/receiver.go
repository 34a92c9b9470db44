package otlp

import (
	"bytes"
	"context"
	"net"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// Limits of one request.
type Limits struct {
	// Memory is how many bytes it may take decoded.
	Memory int64
	// Depth is how deep its messages may be nested.
	Depth int
	// Attributes is how many attributes may stand in one place.
	Attributes int
}

// Options of a receiver.
type Options struct {
	Limits Limits
	// Admission has room for all requests under way.
	Admission *admission.Controller
	Events    Events
	// Heard notes which proxies send. It may be nil.
	Heard *lastheard.Table
	// VerifySender refuses records that name another sender than the client's
	// certificate does.
	VerifySender bool
}

// Events is told what the receiver does to requests, for metrics and logs.
type Events interface {
	// Refused is called for each request that is not passed on, but not for those
	// that the next component refuses.
	Refused(reason, peer string)
	// Repaired is called for each request with a string that was not UTF-8. The
	// node is the first proxy's id in it.
	Repaired(peer, node string)
	// Removed is called for records that their sender may not send. The principal is
	// that of its certificate, the node the id that the first of the records claims.
	Removed(reason string, records int, peer, node, principal string)
}

// Receiver takes the requests of one protocol. It is safe for concurrent use.
type Receiver struct {
	options   Options
	obsreport *receiverhelper.ObsReport
	next      consumer.Logs
	gate      gate
}

// New makes a receiver that passes records on to next.
func New(options Options, obsreport *receiverhelper.ObsReport, next consumer.Logs) *Receiver {
	return &Receiver{options: options, obsreport: obsreport, next: next}
}

// Wait takes no more requests over HTTP and waits for those that are under way.
// gRPC's server waits by itself.
func (r *Receiver) Wait() { r.gate.close() }

// request is one that is under way. Its body has come.
type request struct {
	peer net.Addr
	// share is whose budget it counts for.
	share admission.Peer
	// body is the serialized message.
	body []byte
	// extra is what the request takes besides the decoded message, and what does
	// not count yet.
	extra int64
	// shared means that the body must not be changed.
	shared bool
	// admitted is called when there is room for the decoded message, taken when
	// the body is not needed any more.
	admitted, taken func()
}

// take decodes a request and passes its records on.
func (r *Receiver) take(ctx context.Context, q *request, f format) error {
	size, err := f.measure(q.body, r.options.Limits)
	if err != nil {
		return unmeasured(err)
	}
	if size.InvalidUTF8 && q.shared {
		q.extra += int64(len(q.body))
	}
	decoded, err := r.options.Admission.Acquire(ctx, q.share, size.Memory+q.extra, nil)
	if err != nil {
		return noRoom(err)
	}
	defer decoded.Release()
	q.admitted()
	if size.InvalidUTF8 {
		r.repair(q, f)
	}
	logs, err := f.decode(q.body)
	if err != nil {
		return malformed(err)
	}
	q.body = nil
	q.taken()
	r.verify(ctx, q, logs)
	if node := r.noteHeard(q, logs); size.InvalidUTF8 {
		r.options.Events.Repaired(q.peer.String(), node)
	}
	return r.pass(ctx, logs)
}

// verify removes records that their sender may not send.
func (r *Receiver) verify(ctx context.Context, q *request, logs plog.Logs) {
	if !r.options.VerifySender {
		return
	}
	certificate := sender.CertificateOf(ctx)
	if removed := sender.Remove(certificate, logs); removed.Records > 0 {
		r.options.Events.Removed(removed.Reason, removed.Records, q.peer.String(), removed.Node, certificate.Principal)
	}
}

// repair makes strings valid. It changes the body.
func (r *Receiver) repair(q *request, f format) {
	if q.shared {
		q.body = bytes.Clone(q.body)
	}
	f.repair(q.body, r.options.Limits)
}

// pass hands records to the next component.
func (r *Receiver) pass(ctx context.Context, logs plog.Logs) error {
	n := logs.LogRecordCount()
	if n == 0 {
		return nil
	}
	ctx = r.obsreport.StartLogsOp(ctx)
	err := r.next.ConsumeLogs(ctx, logs)
	r.obsreport.EndLogsOp(ctx, dataFormat, n, err)
	if err != nil {
		return statusOf(err).Err()
	}
	return nil
}

// dataFormat names the format in the receiver's spans, as the Collector's OTLP
// receiver does for JSON, too.
const dataFormat = "protobuf"

// noteHeard notes the proxies that the request comes from. It returns the first.
func (r *Receiver) noteHeard(q *request, logs plog.Logs) (first string) {
	if r.options.Heard == nil {
		return ""
	}
	now := time.Now()
	for i := range logs.ResourceLogs().Len() {
		node := nodeOf(logs.ResourceLogs().At(i))
		r.options.Heard.Heard(node, string(q.share), now)
		if first == "" {
			first = node
		}
	}
	return first
}

// Where Envoy writes its node id: always on the resource, unless it is told to
// leave that out. The recommended labels have it on the record.
const (
	attrNodeName = "node_name"
	attrNodeID   = "node_id"
)

func nodeOf(rl plog.ResourceLogs) string {
	if v, ok := rl.Resource().Attributes().Get(attrNodeName); ok {
		return v.Str()
	}
	if v, ok := rl.Resource().Attributes().Get(attrNodeID); ok {
		return v.Str()
	}
	if rl.ScopeLogs().Len() > 0 && rl.ScopeLogs().At(0).LogRecords().Len() > 0 {
		if v, ok := rl.ScopeLogs().At(0).LogRecords().At(0).Attributes().Get(attrNodeID); ok {
			return v.Str()
		}
	}
	return ""
}
