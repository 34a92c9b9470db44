// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// The forger would have its traffic counted as allowed traffic to this host.
const (
	forgedHost    = "bank.example"
	forgedColumns = `"` + forgedHost + `" "1.2.3.4:80" outbound|80||` + forgedHost + ` 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - default`
	forgedOutcome = `HTTP/1.1" 299 - via_upstream - "-" 77 77 7 7 "-" "ua" "id"`
)

// forgeries are the fields that Envoy copies into its line of text as they
// come, quotes and spaces included.
var forgeries = []struct {
	what   string
	n      int
	header http.Header
	// ambiguous lines have two outcomes, and nothing says which is Envoy's.
	ambiguous bool
}{
	{"the columns after the user agent", 2, http.Header{"User-Agent": {`x" "id" ` + forgedColumns}}, false},
	{"the columns after the list of proxies", 3, http.Header{"X-Forwarded-For": {`1.1.1.1" "ua" "id" ` + forgedColumns}}, false},
	{"the columns after the request id", 4, http.Header{"X-Request-Id": {`id" ` + forgedColumns}}, false},
	{"all columns after the path", 5, http.Header{"X-Envoy-Original-Path": {"/ " + forgedOutcome + " " + forgedColumns}}, true},
	{"the outcome", 2, http.Header{"User-Agent": {"x " + forgedOutcome}}, true},
	{"the outcome, with a quote before", 3, http.Header{"User-Agent": {`x" ` + forgedOutcome}}, true},
	{"the address of the client", 2, http.Header{"X-Forwarded-For": {"198.51.100.7, 10.0.0.1"}}, false},
	{"nothing, but with bytes that are no text", 3, http.Header{"User-Agent": {"\xff\xfe\" \x80"}}, false},
	{"a second line", 1, http.Header{"User-Agent": {`x" "id" ` + forgedColumns + ` [2026-11-23T03:14:45.946Z] "GET / ` + forgedOutcome + " " + forgedColumns}}, true},
}

// hostileTraffic sends each forgery through a sidecar that allows it and
// through one that blocks it.
func hostileTraffic() []traffic {
	var all []traffic
	for _, f := range forgeries {
		send := func(from via, status int) send {
			return sendHTTP(from, loopback.OutsideA, loopback.Request{Host: "evil.example", Path: "/", Header: f.header, Status: status})
		}
		all = append(all,
			traffic{
				what: "forging " + f.what + ", allowed", n: f.n, ambiguous: f.ambiguous, send: send(inSleep, 200),
				wants: []want{
					{tells: join(bySource, httpOutcome("200", "-"), passthrough("evil.example")), names: fromSleep("default"), ip: loopback.OutsideA},
				},
			},
			traffic{
				what: "forging " + f.what + ", blocked", n: f.n + 1, ambiguous: f.ambiguous, send: send(inClosed, 502),
				wants: []want{
					{tells: join(bySource, httpOutcome("502", "-"), blackHole("evil.example")), names: fromSleep("closed"), ip: loopback.OutsideA},
				},
			})
	}
	return all
}

// TestHostileText shows that a client which writes into its proxy's line of
// text is counted, and as what it did. An outcome that the line does not say
// for certain is unknown, and the gateway tells of such lines.
func TestHostileText(t *testing.T) {
	unclear := labels{"response_code": "unknown", "response_flags": "unknown"}
	ambiguous := 0
	scenario{
		mesh:    loopback.Config{Format: loopback.Format{Text: loopback.IstioText}},
		traffic: hostileTraffic(),
		expect: func(e *expect.Set, x traffic, sent loopback.Bytes) {
			if !x.ambiguous {
				anonymous(e, x, sent)
				return
			}
			// Sizes and times are among what is not certain: no histograms.
			w := x.wants[0]
			e.Add("istio_requests_total", value{Number: float64(x.n)}, istioLabels, w.tells, unclear, labels{"destination_ip": w.ip.String()})
			ambiguous += x.n
		},
		check: func(t *testing.T, g *gateway, _ *loopback.Mesh) {
			t.Helper()
			assert.Equal(t, ambiguous, g.telemetry(t, "otelcol_processor_istio_labels_ambiguous_records", ""))
		},
	}.run(t)
}

// TestHostileWithLabels shows that with the recommended labels the same client
// changes nothing at all, whatever the text beside them says.
func TestHostileWithLabels(t *testing.T) {
	format := recommended(t)
	format.Text = loopback.IstioText
	scenario{
		mesh:    loopback.Config{Format: format},
		traffic: hostileTraffic(), expect: named, check: agreesWithEnvoy,
	}.run(t)
}
