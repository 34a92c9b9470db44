// SPDX-License-Identifier: Apache-2.0

package contract

// Protocol tells the two families of Istio's metrics apart.
type Protocol uint8

const (
	// HTTP is one request, gRPC included.
	HTTP Protocol = iota
	// TCP is one connection.
	TCP
)

// Protocol of the metrics that records of a counted verdict become.
func (v Verdict) Protocol() Protocol {
	if v == VerdictHTTP {
		return HTTP
	}
	return TCP
}

// Measure is what a metric adds up.
type Measure uint8

const (
	// Requests adds one for each HTTP or gRPC request.
	Requests Measure = iota
	// Duration observes the time of a request.
	Duration
	// RequestSize observes the bytes received from the downstream.
	RequestSize
	// ResponseSize observes the bytes sent to the downstream.
	ResponseSize
	// RequestMessages adds the gRPC messages of a request.
	RequestMessages
	// ResponseMessages adds the gRPC messages of a response.
	ResponseMessages
	// ConnectionsOpened adds one for each connection that was established.
	ConnectionsOpened
	// ConnectionsClosed adds one for each connection.
	ConnectionsClosed
	// SentBytes adds the bytes sent to the downstream of a connection.
	SentBytes
	// ReceivedBytes adds the bytes received from the downstream of a connection.
	ReceivedBytes

	// NumMeasures is the number of measures.
	NumMeasures
)

// Metric is one of Istio's standard metrics.
type Metric struct {
	Name        string
	Unit        string
	Description string
	Measure     Measure
	Protocol    Protocol
	// Histogram is false for a monotonic cumulative counter.
	Histogram bool
	// Seconds is true where a duration is in seconds rather than milliseconds.
	Seconds bool
	// Addressed metrics carry AddressLabels where a record has them. Histograms
	// never do: one address would cost as many series as there are buckets.
	Addressed bool
}

// Metrics lists the metrics of the schema, in Istio's order.
func (s Schema) Metrics() []Metric {
	if s == SchemaIstio13 {
		return istio13Metrics
	}
	return istioMetrics
}

const (
	unitRequest    = "{request}"
	unitMessage    = "{message}"
	unitConnection = "{connection}"
	unitByte       = "By"
)

var tcpMetrics = []Metric{
	{Name: "istio_tcp_connections_opened_total", Unit: unitConnection, Description: "TCP connections opened.", Measure: ConnectionsOpened, Protocol: TCP, Addressed: true},
	{Name: "istio_tcp_connections_closed_total", Unit: unitConnection, Description: "TCP connections closed.", Measure: ConnectionsClosed, Protocol: TCP, Addressed: true},
	{Name: "istio_tcp_sent_bytes_total", Unit: unitByte, Description: "Bytes sent to the downstream of TCP connections.", Measure: SentBytes, Protocol: TCP, Addressed: true},
	{Name: "istio_tcp_received_bytes_total", Unit: unitByte, Description: "Bytes received from the downstream of TCP connections.", Measure: ReceivedBytes, Protocol: TCP, Addressed: true},
}

var (
	requestSize  = Metric{Name: "istio_request_bytes", Unit: unitByte, Description: "Bytes received from the downstream for a request.", Measure: RequestSize, Histogram: true}
	responseSize = Metric{Name: "istio_response_bytes", Unit: unitByte, Description: "Bytes sent to the downstream for a request.", Measure: ResponseSize, Histogram: true}
)

var istioMetrics = append([]Metric{
	{Name: "istio_requests_total", Unit: unitRequest, Description: "HTTP and gRPC requests.", Measure: Requests, Addressed: true},
	{Name: "istio_request_duration_milliseconds", Unit: "ms", Description: "Time of HTTP and gRPC requests.", Measure: Duration, Histogram: true},
	requestSize,
	responseSize,
	{Name: "istio_request_messages_total", Unit: unitMessage, Description: "gRPC messages received from the downstream.", Measure: RequestMessages},
	{Name: "istio_response_messages_total", Unit: unitMessage, Description: "gRPC messages sent to the downstream.", Measure: ResponseMessages},
}, tcpMetrics...)

var istio13Metrics = append([]Metric{
	{Name: "istio_requests_total", Unit: unitRequest, Description: "HTTP and gRPC requests.", Measure: Requests},
	{Name: "istio_request_duration_seconds", Unit: "s", Description: "Time of HTTP and gRPC requests.", Measure: Duration, Histogram: true, Seconds: true},
	requestSize,
	responseSize,
}, tcpMetrics...)
