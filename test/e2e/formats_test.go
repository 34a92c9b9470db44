// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// TestIstioText has what Istio's OpenTelemetry provider sends by default:
// lines of text, without a word on who sent them.
func TestIstioText(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: loopback.Format{Text: loopback.IstioText}},
		traffic: everyTraffic, expect: anonymous,
	}.run(t)
}

// TestJSONText has a format text that spells out a JSON object.
func TestJSONText(t *testing.T) {
	text, err := json.Marshal(loopback.IstioJSON)
	require.NoError(t, err)
	scenario{
		mesh:    loopback.Config{Format: loopback.Format{Text: string(text)}},
		traffic: everyTraffic, expect: anonymous,
	}.run(t)
}

// TestJSONBody has the keys of Istio's default JSON in a body of keys and
// values.
func TestJSONBody(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: loopback.Format{Body: loopback.IstioJSON}},
		traffic: everyTraffic, expect: anonymous,
	}.run(t)
}

// TestJSONKeys has the keys of Istio's default JSON as attributes.
func TestJSONKeys(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: loopback.Format{Labels: loopback.IstioJSON}},
		traffic: everyTraffic, expect: anonymous,
	}.run(t)
}

// TestRecommendedLabels has the provider that deploy/istio recommends.
func TestRecommendedLabels(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: recommended(t)},
		traffic: everyTraffic, expect: named, check: agreesWithEnvoy,
	}.run(t)
}

// TestRecommendedLabelsWithText has the same beside Istio's text, as a mesh
// owner gets it who leaves `text` out.
func TestRecommendedLabelsWithText(t *testing.T) {
	format := recommended(t)
	format.Text = loopback.IstioText
	scenario{
		mesh:    loopback.Config{Format: format},
		traffic: everyTraffic, expect: named, check: agreesWithEnvoy,
	}.run(t)
}

// TestOutsideOnly has the filter that deploy/istio recommends: of all traffic
// only what left the mesh, or was kept from it, is counted.
func TestOutsideOnly(t *testing.T) {
	format := recommended(t)
	format.Filter = outsideOnly(t)
	scenario{
		mesh:    loopback.Config{Format: format, ClientOnly: true},
		traffic: everyTraffic,
		expect: func(e *expect.Set, x traffic, sent loopback.Bytes) {
			if x.leaves() {
				named(e, x, sent)
			}
		},
	}.run(t)
}

// TestPeriodicRecords has connections that report when they are established
// and while they last, which counts for nothing.
func TestPeriodicRecords(t *testing.T) {
	scenario{
		mesh:    loopback.Config{Format: recommended(t), Periodic: "0.05s"},
		traffic: slowTraffic, expect: named,
		check: func(t *testing.T, g *gateway, m *loopback.Mesh) {
			t.Helper()
			agreesWithEnvoy(t, g, m)
			const records = "otelcol_processor_istio_labels_records"
			assert.Equal(t, slowTraffic[0].n, g.telemetry(t, records, `verdict="connect"`))
			assert.GreaterOrEqual(t, g.telemetry(t, records, `verdict="periodic"`), slowTraffic[0].n)
		},
	}.run(t)
}

// anonymous expects what a format tells that names nobody.
func anonymous(e *expect.Set, x traffic, sent loopback.Bytes) {
	for _, w := range x.wants {
		count(e, x, w, join(istioLabels, w.tells), value{Number: float64(sent.Request)}, value{Number: float64(sent.Response)}, sent)
	}
}

// named expects what the recommended labels tell. Sizes are those on the wire.
func named(e *expect.Set, x traffic, sent loopback.Bytes) {
	for _, w := range x.wants {
		set := join(istioLabels, w.tells, w.names)
		count(e, x, w, set,
			value{Number: float64(sent.WireRequest), Vague: w.wireUnknown},
			value{Number: float64(sent.WireResponse), Vague: w.wireUnknown}, sent)
		if x.messages != nil {
			e.Messages(x.n*x.messages.request, x.n*x.messages.response, set)
		}
	}
}

func count(e *expect.Set, x traffic, w want, set labels, received, answered value, sent loopback.Bytes) {
	ip := labels{}
	if w.ip.IsValid() {
		ip["destination_ip"] = w.ip.String()
	}
	if set["request_protocol"] == "tcp" {
		e.Connections(x.n, sent.Request, sent.Response, ip, set)
	} else {
		e.Requests(x.n, received, answered, ip, set)
	}
}
