// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const second = time.Second

// window is that of the alert.
const window = 5 * time.Minute

// situation is what happens to a gateway, and what an alert shall make of it.
type situation struct {
	name     string
	settings map[string]any
	script   func(g *gateway)
	// metric is asked for, with the window after it. A native one is a
	// histogram, and its count is what is asked for.
	metric string
	native bool
	// lost tells which flushes never reach Prometheus.
	lost func(at time.Duration) bool
	// want are the events that the alert has to see.
	want []event
	// from is when the evaluation begins.
	from time.Duration
}

// event is something that is counted. All times are since the beginning.
type event struct {
	// zero is the start of the series, first the flush with the first value, and last
	// the last flush of this life of the series at the interval, 0 if it goes on.
	zero, first, last time.Duration
	amount            float64
	// added says that the series had values before, and no zero comes with the event.
	added bool
}

const blockedConnections = `istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster"}`

var situations = []situation{
	{
		name: "one event, ever",
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(blocked.logs(1))
			g.at(15 * time.Minute)
		},
		metric: blockedConnections,
		want:   []event{{zero: 90 * second, first: 105 * second, amount: 1}},
	},
	{
		name: "one event, right after the gateway's start",
		script: func(g *gateway) {
			g.count(blocked.logs(1))
			g.at(10 * time.Minute)
		},
		metric: blockedConnections,
		want:   []event{{zero: 0, first: 15 * second, amount: 1}},
	},
	{
		name: "a stop between two single events",
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(blocked.logs(1))
			g.at(200 * second)
			g.stop()
			g.at(217 * second)
			g.start()
			g.at(250 * second)
			g.count(blocked.logs(1))
			g.at(15 * time.Minute)
		},
		metric: blockedConnections,
		want: []event{
			{zero: 90 * second, first: 105 * second, last: 195 * second, amount: 1},
			{zero: 247 * second, first: 262 * second, amount: 1},
		},
	},
	{
		name: "a crash between two single events",
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(blocked.logs(1))
			g.at(200 * second)
			g.kill()
			g.at(201 * second)
			g.start()
			g.count(blocked.logs(1))
			g.at(15 * time.Minute)
		},
		metric: blockedConnections,
		want: []event{
			{zero: 90 * second, first: 105 * second, last: 195 * second, amount: 1},
			{zero: 201 * second, first: 216 * second, amount: 1},
		},
	},
	{
		name:     "a series that ended and was born again at once",
		settings: map[string]any{"series_idle_timeout": "30s"},
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(blocked.logs(1)) // ends at 135 s
			g.at(136 * second)
			g.count(blocked.logs(1))
			g.at(15 * time.Minute)
		},
		metric: blockedConnections,
		want: []event{
			{zero: 90 * second, first: 105 * second, last: 120 * second, amount: 1},
			{zero: 135*second + time.Millisecond, first: 150 * second, last: 165 * second, amount: 1},
		},
	},
	{
		name:     "a series that ended and was born again later",
		settings: map[string]any{"series_idle_timeout": "30s"},
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(blocked.logs(1)) // ends at 135 s
			g.at(261 * second)
			g.count(blocked.logs(1))
			g.at(15 * time.Minute)
		},
		metric: blockedConnections,
		want: []event{
			{zero: 90 * second, first: 105 * second, last: 120 * second, amount: 1},
			{zero: 255 * second, first: 270 * second, last: 285 * second, amount: 1},
		},
	},
	{
		name: "one connection that sent 1 GB to a new address",
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(record{verdict: contract.VerdictTCP, service: "known", address: "192.0.2.1", sent: 5}.logs(1))
			g.at(200 * second)
			g.count(record{verdict: contract.VerdictTCP, service: "known", address: "192.0.2.2", sent: 1e9}.logs(1))
			g.at(15 * time.Minute)
		},
		metric: `istio_tcp_sent_bytes_total{destination_ip="192.0.2.2"}`,
		want:   []event{{zero: 195 * second, first: 210 * second, amount: 1e9}},
	},
	{
		name: "a counter that begins later than its labels",
		script: func(g *gateway) {
			quiet := blocked
			quiet.received = -1
			g.at(97 * second)
			g.count(quiet.logs(1))
			g.at(200 * second)
			loud := blocked
			loud.received = 7
			g.count(loud.logs(1))
			g.at(15 * time.Minute)
		},
		metric: "istio_tcp_received_bytes_total",
		want:   []event{{zero: 195 * second, first: 210 * second, amount: 7}},
	},
	{
		name:   "one request, by its count",
		script: oneRequest,
		metric: "istio_request_duration_milliseconds_count",
		want:   []event{{zero: 90 * second, first: 105 * second, amount: 1}},
	},
	{
		name:   "one request, by its sum",
		script: oneRequest,
		metric: "istio_request_duration_milliseconds_sum",
		want:   []event{{zero: 90 * second, first: 105 * second, amount: 7}},
	},
	{
		name:   "one request, by a bucket that has it",
		script: oneRequest,
		metric: `istio_request_duration_milliseconds_bucket{le="10"}`,
		want:   []event{{zero: 90 * second, first: 105 * second, amount: 1}},
	},
	{
		name:   "one request, by a bucket that does not",
		script: oneRequest,
		metric: `istio_request_duration_milliseconds_bucket{le="5"}`,
	},
	{
		name:     "one request, by a native histogram",
		settings: map[string]any{"histogram": map[string]any{"kind": "exponential"}},
		script:   oneRequest,
		metric:   "istio_request_duration_milliseconds",
		native:   true,
		want:     []event{{zero: 90 * second, first: 105 * second, amount: 1}},
	},
	{
		name:     "a native histogram that ended and was born again at once",
		settings: map[string]any{"series_idle_timeout": "30s", "histogram": map[string]any{"kind": "exponential"}},
		script: func(g *gateway) {
			g.at(97 * second)
			g.count(record{verdict: contract.VerdictHTTP, service: "httpbin"}.logs(1))
			g.at(136 * second)
			g.count(record{verdict: contract.VerdictHTTP, service: "httpbin"}.logs(1))
			g.at(15 * time.Minute)
		},
		metric: "istio_request_duration_milliseconds",
		native: true,
		want: []event{
			{zero: 90 * second, first: 105 * second, last: 120 * second, amount: 1},
			{zero: 135*second + time.Millisecond, first: 150 * second, last: 165 * second, amount: 1},
		},
	},
	{
		name: "Prometheus away for 20 minutes, all flushes queued",
		script: func(g *gateway) {
			manyEvents(g)
			g.at(30 * time.Minute)
			g.count(blocked.logs(1))
			g.at(40 * time.Minute)
		},
		metric: blockedConnections,
		want:   []event{{zero: 30 * time.Minute, first: 30*time.Minute + interval, amount: 1, added: true}},
		from:   20 * time.Minute,
	},
	{
		name: "Prometheus away for 20 minutes, flushes dropped",
		script: func(g *gateway) {
			manyEvents(g)
			g.at(40 * time.Minute)
		},
		metric: blockedConnections,
		lost:   func(at time.Duration) bool { return at > 12*time.Minute && at < 32*time.Minute },
		from:   11 * time.Minute,
	},
}

func oneRequest(g *gateway) {
	g.at(97 * second)
	g.count(record{verdict: contract.VerdictHTTP, service: "httpbin"}.logs(1))
	g.at(15 * time.Minute)
}

// manyEvents are 500 in the first five minutes.
func manyEvents(g *gateway) {
	for i := range 500 {
		g.at(time.Duration(i) * 600 * time.Millisecond)
		g.count(blocked.logs(1))
	}
}
