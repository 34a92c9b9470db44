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

// Outcome is what came of it.
type Outcome string

// The outcomes of events.
const (
	RefusedConnection Outcome = "refused_connection"
	EndedConnection   Outcome = "ended_connection"
	RefusedStream     Outcome = "refused_stream"
	EndedStream       Outcome = "ended_stream"
)

// Event is one connection or stream that was refused or ended.
type Event struct {
	Reason  Reason
	Outcome Outcome
	// Peer is whose connection or stream it was. It is empty where Accept failed.
	Peer admission.Peer
}
