// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"bytes"
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// request is one that is under way. Its body has come.
type request struct {
	client admission.Client
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

// take decodes a request and passes its records on, but for those that it
// removes.
func (r *Receiver) take(ctx context.Context, q *request, f format) (removed sender.Removed, _ error) {
	size, err := f.measure(q.body, r.options.Limits)
	if err != nil {
		return removed, unmeasured(err)
	}
	if size.InvalidUTF8 && q.shared {
		q.extra += int64(len(q.body))
	}
	decoded, err := r.options.Admission.Acquire(ctx, q.client, size.Memory+q.extra, nil)
	if err != nil {
		return removed, noRoom(err)
	}
	defer decoded.Release()
	q.admitted()
	if size.InvalidUTF8 {
		r.repair(q, f)
	}
	logs, err := f.decode(q.body, size)
	if err != nil {
		return removed, malformed(err)
	}
	q.body = nil
	q.taken()
	removed = r.verify(ctx, q, logs)
	if nodeID := r.noteHeard(q, logs); size.InvalidUTF8 {
		r.options.Events.Repaired(q.client, nodeID)
	}
	return removed, r.pass(ctx, logs)
}

// verify removes records that name another sender than the client's certificate.
func (r *Receiver) verify(ctx context.Context, q *request, logs plog.Logs) sender.Removed {
	if !r.options.VerifySender {
		return sender.Removed{}
	}
	certificate := sender.CertificateOf(ctx)
	removed := sender.Remove(certificate, logs)
	if removed.Records > 0 {
		r.options.Events.Removed(removed, q.client, certificate.Principal)
	}
	return removed
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

// noteHeard notes the proxies that the request comes from. It returns the first
// node id.
func (r *Receiver) noteHeard(q *request, logs plog.Logs) (first string) {
	if r.options.Heard == nil {
		return ""
	}
	now := time.Now()
	for i := range logs.ResourceLogs().Len() {
		nodeID := nodeIDOf(logs.ResourceLogs().At(i))
		r.options.Heard.Heard(nodeID, string(q.client), now)
		if first == "" {
			first = nodeID
		}
	}
	return first
}

// nodeIDOf is the node id of a resource's first record. A proxy sends one
// resource.
func nodeIDOf(rl plog.ResourceLogs) string {
	resource := rl.Resource().Attributes()
	if rl.ScopeLogs().Len() == 0 || rl.ScopeLogs().At(0).LogRecords().Len() == 0 {
		return sender.NodeID(resource)
	}
	return sender.NodeID(rl.ScopeLogs().At(0).LogRecords().At(0).Attributes(), resource)
}
