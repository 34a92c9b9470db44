package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/mesh"
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
	header http.Header
	n      int
}{
	{"the columns after the user agent", http.Header{"User-Agent": {`x" "id" ` + forgedColumns}}, 2},
	{"the columns after the list of proxies", http.Header{"X-Forwarded-For": {`1.1.1.1" "ua" "id" ` + forgedColumns}}, 3},
	{"the columns after the request id", http.Header{"X-Request-Id": {`id" ` + forgedColumns}}, 4},
	{"all columns after the path", http.Header{"X-Envoy-Original-Path": {"/ " + forgedOutcome + " " + forgedColumns}}, 5},
	{"the outcome", http.Header{"User-Agent": {"x " + forgedOutcome}}, 2},
	{"the outcome, with a quote left open", http.Header{"User-Agent": {`x" ` + forgedOutcome}}, 3},
	{"another line", http.Header{"User-Agent": {`x" "id" ` + forgedColumns + ` [2026-11-23T03:14:45.946Z] "GET / ` + forgedOutcome + " " + forgedColumns}}, 1},
}

// hostileTraffic sends each forgery through a sidecar that allows it and
// through one that blocks it.
func hostileTraffic() []traffic {
	var all []traffic
	for _, f := range forgeries {
		send := func(from via, status int) send {
			return sendHTTP(from, mesh.OutsideA, mesh.Request{Host: "evil.example", Path: "/", Header: f.header, Status: status})
		}
		all = append(all,
			traffic{
				what: "forging " + f.what + ", allowed", n: f.n, send: send(inSleep, 200),
				wants: []want{
					{join(bySource, httpOutcome("200", "-"), passthrough("evil.example")), fromSleep("default"), mesh.OutsideA, false},
				},
			},
			traffic{
				what: "forging " + f.what + ", blocked", n: f.n + 1, send: send(inClosed, 502),
				wants: []want{
					{join(bySource, httpOutcome("502", "-"), blackHole("evil.example")), fromSleep("closed"), mesh.OutsideA, false},
				},
			})
	}
	return all
}

// TestHostileText shows that a client which writes into its proxy's line of
// text is counted, and as what it did. What the line does not say for certain
// may be unknown, but is never what the client would like.
func TestHostileText(t *testing.T) {
	const destinations = `sum by (job, instance, reporter, destination_service, destination_service_name, destination_service_namespace, destination_ip) (istio_requests_total)`
	scenario{
		mesh:    mesh.Config{Format: mesh.Format{Text: mesh.IstioText}},
		traffic: hostileTraffic(),
		query:   destinations,
		expect: func(e *expectation, x traffic, _ mesh.Bytes) {
			w := x.wants[0]
			e.add("", value{number: float64(x.n)}, bySource, labels{"destination_ip": w.ip.String()}, labels{
				"destination_service":           w.tells["destination_service"],
				"destination_service_name":      w.tells["destination_service_name"],
				"destination_service_namespace": w.tells["destination_service_namespace"],
			})
		},
		check: func(t *testing.T, g *gateway, _ *mesh.Mesh) {
			for _, s := range g.query(t, everything) {
				assertNotForged(t, s.Labels)
			}
		},
	}.run(t)
}

// TestHostileWithLabels shows that with the recommended labels the same client
// changes nothing at all, whatever the text beside them says.
func TestHostileWithLabels(t *testing.T) {
	format := recommended(t)
	format.Text = mesh.IstioText
	scenario{
		mesh:    mesh.Config{Format: format},
		traffic: hostileTraffic(), expect: named, check: agreesWithEnvoy,
	}.run(t)
}

// assertNotForged checks a series of hostileTraffic: each label is true or
// unknown.
func assertNotForged(t *testing.T, set labels) {
	for name, text := range set {
		for _, forged := range []string{"bank", "outbound", "299", "1.2.3.4", "10.0.0."} {
			assert.NotContains(t, text, forged, "%s in %v", name, set)
		}
	}
	if code, ok := set["response_code"]; ok {
		assert.Contains(t, []string{"200", "502", "unknown"}, code)
		assert.Contains(t, []string{"-", "unknown"}, set["response_flags"])
	}
}
