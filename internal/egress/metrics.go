// SPDX-License-Identifier: Apache-2.0

package egress

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Names of the labels that metrics of rows have beside those of Istio. A label without
// a value is not there.
const (
	// LabelPort is the port that the client connected to.
	LabelPort = "destination_port"
	// LabelTraffic is a Traffic.
	LabelTraffic = "traffic"
	// LabelDecision is a Decision.
	LabelDecision = "decision"
	// LabelNameSource is a NameSource.
	LabelNameSource = "name_source"
	// LabelOverflow stands on overflow rows alone.
	LabelOverflow = contract.OverflowLabel
)

// Labels of Istio that metrics of rows have.
const (
	LabelNamespace = contract.SourceWorkloadNamespace
	LabelWorkload  = contract.SourceWorkload
	// LabelDestination is the name of the destination, or its address if no name is
	// known.
	LabelDestination = contract.DestinationHost
)

// Metric is a metric of rows.
type Metric struct {
	Name, Unit, Description string
	// Gauge is false for a monotonic cumulative counter.
	Gauge bool
}

// The metrics of rows.
var (
	RequestsTotal = Metric{
		Name: "istio_egress_requests_total", Unit: "{request}",
		Description: "HTTP and gRPC requests that left the mesh, or were kept from it.",
	}
	ConnectionsTotal = Metric{
		Name: "istio_egress_connections_total", Unit: "{connection}",
		Description: "TLS and TCP connections that left the mesh, or were kept from it.",
	}
	SentBytesTotal = Metric{
		Name: "istio_egress_sent_bytes_total", Unit: "By",
		Description: "Bytes that the workload sent to the destination.",
	}
	ReceivedBytesTotal = Metric{
		Name: "istio_egress_received_bytes_total", Unit: "By",
		Description: "Bytes that the workload received from the destination.",
	}
	FirstSeen = Metric{
		Name: "istio_egress_first_seen_timestamp_seconds", Unit: "s", Gauge: true,
		Description: "When the first record of the traffic arrived, in seconds since the Unix epoch.",
	}
	LastSeen = Metric{
		Name: "istio_egress_last_seen_timestamp_seconds", Unit: "s", Gauge: true,
		Description: "When the last record of the traffic arrived, in seconds since the Unix epoch.",
	}
)

// Metrics lists the metrics of rows.
var Metrics = []Metric{RequestsTotal, ConnectionsTotal, SentBytesTotal, ReceivedBytesTotal, FirstSeen, LastSeen}
