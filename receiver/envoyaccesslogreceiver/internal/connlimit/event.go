// SPDX-License-Identifier: Apache-2.0

package connlimit

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"

// Reason is the limit that was reached, as metrics and logs name it.
type Reason string

// The reasons of events.
const (
	ReasonMaxConnections   Reason = "max_connections"
	ReasonMaxStreams       Reason = "max_streams"
	ReasonMessageTimeout   Reason = "message_timeout"
	ReasonInFlightMemory   Reason = "in_flight_memory"
	ReasonCompressedStream Reason = "compressed_stream"
	ReasonAcceptFailed     Reason = "accept_failed"
)

// Effect is what happened to a connection or a stream.
type Effect uint8

// The effects of events.
const (
	RefusedConnection Effect = iota
	EndedConnection
	RefusedStream
	EndedStream
)

// String is the effect as metrics and logs name it.
func (e Effect) String() string {
	if e == RefusedConnection || e == RefusedStream {
		return "refused"
	}
	return "ended"
}

// OnStream is true for an effect on a stream, false for one on a connection.
func (e Effect) OnStream() bool { return e == RefusedStream || e == EndedStream }

// Event is one connection or stream that was refused or ended.
type Event struct {
	Reason Reason
	Effect Effect
	// Client is whose connection or stream it was. It is empty where Accept failed.
	Client admission.Client
}
