// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Options of a receiver.
type Options struct {
	// Limits are those of one request. The depth is that of protobuf's messages.
	Limits wire.Limits
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
	Refused(reason string, client admission.Client)
	// Repaired is called for each request with a string that was not UTF-8. The node
	// id is the first in it.
	Repaired(client admission.Client, nodeID string)
	// Removed is called for records that name another sender than the client's
	// certificate, whose SPIFFE ID is the principal.
	Removed(removed sender.Removed, client admission.Client, principal string)
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
