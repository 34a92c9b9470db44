// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// TestSchemaIstio13 has the four cases of the blog "Monitoring Blocked and
// Passthrough External Service Traffic", under the labels that it shows.
func TestSchemaIstio13(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: recommended(t)},
		env:     map[string]string{"ISTIO_SCHEMA": "istio-1.3"},
		traffic: blogTraffic, expect: istio13,
	}.run(t)
}

var blogTraffic = []traffic{
	{
		what: "HTTP, allowed", n: 3,
		send: sendHTTP(inSleep, loopback.OutsideA, get("httpbin.org", "/", 200)),
		wants: []want{
			{tells: join(bySource, httpOutcome("200", "-"), passthrough("httpbin.org")), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
	{
		what: "HTTP, blocked", n: 2,
		send: sendHTTP(inClosed, loopback.OutsideA, get("httpbin.org", "/", 502)),
		wants: []want{
			{tells: join(bySource, httpOutcome("502", "-"), blackHole("httpbin.org")), names: fromSleep("closed"), ip: loopback.OutsideA},
		},
	},
	{
		what: "TCP, allowed", n: 5,
		send: sendTCP(inSleep, to(loopback.OutsideA, otherPort), 50),
		wants: []want{
			{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), names: fromSleep("default"), ip: loopback.OutsideA},
		},
	},
	{
		what: "TCP, blocked", n: 4,
		send: failTCP(inClosed, to(loopback.OutsideA, otherPort)),
		wants: []want{
			// Today's proxies log UH here, those of 1.3 did not.
			{tells: join(bySource, tcpOutcome("-"), blackHole(noHost)), names: fromSleep("closed"), ip: loopback.OutsideA},
		},
	},
}

// What the labels of 1.3 have not, and have besides.
var (
	notIn13 = labels{
		"source_canonical_service": "", "source_canonical_revision": "", "source_cluster": "",
		"destination_canonical_service": "", "destination_canonical_revision": "", "destination_cluster": "",
	}
	httpIn13 = labels{"permissive_response_code": "none", "permissive_response_policyid": "none"}
	tcpIn13  = labels{"request_protocol": ""}
)

// istio13 expects what the recommended labels tell, in the schema of 1.3.
func istio13(e *expect.Set, x traffic, sent loopback.Bytes) {
	for _, w := range x.wants {
		set := join(istioLabels, w.tells, w.names, notIn13)
		ip := labels{"destination_ip": w.ip.String()}
		n := value{Number: float64(x.n)}
		switch {
		case set["request_protocol"] != "tcp":
			set = join(set, httpIn13)
			e.Add("istio_requests_total", n, set)
			e.Observe("istio_request_duration_seconds", n.Number, value{Vague: true}, set)
			e.Observe("istio_request_bytes", n.Number, value{Number: float64(sent.WireRequest)}, set)
			e.Observe("istio_response_bytes", n.Number, value{Number: float64(sent.WireResponse)}, set)
		case set["destination_service_name"] == "BlackHoleCluster":
			// "There's no connection that is ever established", says the blog.
			e.Add("istio_tcp_connections_closed_total", n, set, tcpIn13, ip)
		default:
			e.Connections(x.n, sent.Request, sent.Response, ip, join(set, tcpIn13))
		}
	}
}
