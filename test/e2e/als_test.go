// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

// waitBriefly keeps the tests short: Envoy's loggers send after 0.1 s here, where
// they leave a second between the two entries of an event in a mesh.
const waitBriefly = "yaml:receivers::envoy_access_log::entries::wait: 1s"

// sideBySide is traffic through a mesh whose proxies log the same by OTLP, with
// the recommended labels, and by ALS, each to a gateway of its own.
type sideBySide struct {
	mesh loopback.Config
	// env is added to that of the gateway which takes ALS.
	env map[string]string
	// traffic is everyTraffic unless set.
	traffic []traffic
	// only says which traffic is logged; nil means all.
	only func(traffic) bool
	// check looks at more before the proxies end, if it is set.
	check func(t *testing.T, byALS *gateway)
	// differences are those between what OTLP and what ALS tell.
	differences []alsDifference
}

func (s sideBySide) run(t *testing.T) {
	t.Helper()
	if s.traffic == nil {
		s.traffic = everyTraffic
	}
	s.mesh.Envoy = proctest.Envoy.Find(t)
	byOTLP, byALS := startGateway(t, nil), startGateway(t, s.env, waitBriefly)
	s.mesh.Telemetry, s.mesh.ALS.Endpoint = byOTLP.otlp(), byALS.als()
	m := loopback.Start(t, s.mesh)

	wantOTLP, wantALS := newExpectation(byOTLP.instance), newExpectation(byALS.instance)
	for _, x := range s.traffic {
		var sent loopback.Bytes
		for range x.n {
			sent = sent.Add(x.send(t, m))
		}
		if s.only == nil || s.only(x) {
			named(wantOTLP, x, sent)
			named(wantALS, withDifferences(x, s.differences), sent)
		}
	}
	report(t, "by OTLP", byOTLP.settle(t, everything, wantOTLP))
	report(t, "by ALS", byALS.settle(t, everything, wantALS))
	if s.only == nil {
		agreesWithEnvoy(t, byOTLP, m)
		agreesWithEnvoy(t, byALS, m)
	}
	s.accountedFor(t, byOTLP, byALS)
	if s.check != nil {
		s.check(t, byALS)
	}
	m.Stop(t)
	require.NoError(t, byALS.Stop())
	report(t, "by ALS after the end of the gateway", wantALS.Differences(byALS.query(t, everything)))
}

// accountedFor checks that each record that came by OTLP came by ALS, too, and
// that where two loggers sent it the other entry is accounted for as a duplicate.
func (s sideBySide) accountedFor(t *testing.T, byOTLP, byALS *gateway) {
	t.Helper()
	const (
		records = "otelcol_processor_istio_labels_records"
		entries = "otelcol_receiver_envoy_access_log_entries"
	)
	others := 0
	if s.mesh.ALS.HTTP != nil && s.mesh.ALS.TCP != nil {
		others = 1
	}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		sent := byOTLP.telemetry(t, records, "")
		assert.Positive(c, sent)
		assert.Equal(c, sent, byALS.telemetry(t, records, ""))
		assert.Equal(c, sent, byALS.telemetry(t, entries, `outcome="accepted"`))
		assert.Equal(c, others*sent, byALS.telemetry(t, entries, `outcome="duplicate"`))
		assert.Equal(c, (1+others)*sent, byALS.telemetry(t, entries, ""))
	}, settleTimeout, pollInterval)
}

// withDifferences is the exchange as ALS tells it.
func withDifferences(x traffic, differences []alsDifference) traffic {
	x.wants = slices.Clone(x.wants)
	for i, w := range x.wants {
		set := join(istioLabels, w.tells, w.names)
		for _, d := range differences {
			if d.where(set) {
				x.wants[i].names = join(x.wants[i].names, d.instead)
				if d.ip.IsValid() {
					x.wants[i].ip = d.ip
				}
			}
		}
	}
	return x
}

// TestALSHTTP has the provider that deploy/istio recommends.
func TestALSHTTP(t *testing.T) {
	sideBySide{
		mesh:        loopback.Config{Format: recommended(t), ALS: loopback.ALS{HTTP: recommendedALS(t)}},
		differences: inALS,
	}.run(t)
}

// TestALSTCP has the other provider alone: everything is counted, with less said.
func TestALSTCP(t *testing.T) {
	sideBySide{
		mesh:        loopback.Config{Format: recommended(t), ALS: loopback.ALS{TCP: recommendedALS(t)}},
		differences: slices.Concat(inALS, inALSByTCP),
	}.run(t)
}

// TestALSBoth sends every event twice, which counts once.
func TestALSBoth(t *testing.T) {
	sideBySide{
		mesh:        loopback.Config{Format: recommended(t), ALS: loopback.ALS{HTTP: recommendedALS(t), TCP: recommendedALS(t)}},
		differences: inALS,
	}.run(t)
}

// TestALSRebalanced has streams that end again and again, since their connections
// grow too old. They end at quiet moments, and nothing is missed.
func TestALSRebalanced(t *testing.T) {
	sideBySide{
		mesh:        loopback.Config{Format: recommended(t), ALS: loopback.ALS{HTTP: recommendedALS(t)}},
		env:         map[string]string{"ALS_MAX_CONNECTION_AGE": "300ms"},
		differences: inALS,
		check: func(t *testing.T, byALS *gateway) {
			t.Helper()
			assert.Positive(t, byALS.telemetry(t, "otelcol_receiver_envoy_access_log_als_streams_ended", `reason="age"`))
		},
	}.run(t)
}

// TestALSPeriodic has connections that report while they last, by both providers.
func TestALSPeriodic(t *testing.T) {
	sideBySide{
		mesh: loopback.Config{
			Format: recommended(t), ALS: loopback.ALS{HTTP: recommendedALS(t), TCP: recommendedALS(t)},
			Periodic: "0.05s",
		},
		traffic:     slowTraffic,
		differences: inALS,
	}.run(t)
}

// TestALSOutsideOnly has the filter that deploy/istio recommends. What is blocked
// is in no doubt then.
func TestALSOutsideOnly(t *testing.T) {
	format := recommended(t)
	format.Filter = outsideOnly(t)
	sideBySide{
		mesh: loopback.Config{Format: format, ALS: loopback.ALS{HTTP: recommendedALS(t), Filter: format.Filter}, ClientOnly: true},
		only: traffic.leaves, differences: inALS,
	}.run(t)
}
