// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	// settleTimeout bounds the wait for the totals: a second in the proxies, up to
	// three in the receiver, one in the gateway, on a busy machine.
	settleTimeout = 90 * time.Second
	pollInterval  = 200 * time.Millisecond
)

// everything that Prometheus holds of Istio's metrics: not what says that there is a gateway, or who goes out.
const everything = `{__name__!~"|otelcol_istio_build_info|istio_egress_.+"}`

// run is traffic through a mesh with a configuration.
type run struct {
	config  mesh.Config
	way     way
	traffic []exchange
	// outsideOnly says that nothing else is shipped.
	outsideOnly bool
	// miscounted says that what is counted is known not to be what happened.
	miscounted bool
	// verified says that proxies which call themselves others are not believed.
	verified bool
	// extra are labels that the configuration adds to a report.
	extra func(x exchange, told labels) labels
}

// start sends the traffic, and checks that Prometheus then holds what is expected
// and nothing else, that the proxies counted the same, and that nothing changes
// when all have flushed and ended. While all still run, check looks at more.
func (r run) start(t *testing.T, world *mesh.World, check func(t *testing.T, m *mesh.Mesh)) {
	t.Helper()
	r.config.GatewayConfigs = append([]string{gatewayFile, recordsFile}, r.config.GatewayConfigs...)
	m := world.Start(t, r.config)
	want := r.expect(sendAll(t, m, r.traffic))
	if t.Failed() {
		return // what clients saw is wrong: totals would only tell the same again
	}
	settle(t, m, want)
	if !r.miscounted {
		r.agreesWithProxies(t, m)
	}
	if check != nil {
		check(t, m)
	}
	m.Stop(t)
	if diffs := want.Differences(m.Gateway.Query(t, everything)); len(diffs) > 0 {
		t.Fatalf("after the end:\n%s", explain(m, diffs))
	}
	if !slices.Contains(r.config.Resources, periodicFile) { // which adds lines
		loggedToStdout(t, m, r.traffic)
	}
}

// settle asks until Prometheus holds what is expected, or gives up and shows what
// differs.
func settle(t *testing.T, m *mesh.Mesh, want *expect.Set) {
	t.Helper()
	var diffs []expect.Difference
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		if diffs = want.Differences(m.Gateway.Query(t, everything)); len(diffs) == 0 {
			return
		}
	}
	t.Fatal(explain(m, diffs))
}

// sendAll sends the traffic, all kinds at once, and gives the bytes of each.
func sendAll(t *testing.T, m *mesh.Mesh, traffic []exchange) map[string]mesh.Bytes {
	t.Helper()
	var mu sync.Mutex
	sent := map[string]mesh.Bytes{}
	t.Run("traffic", func(t *testing.T) {
		for _, x := range traffic {
			t.Run(x.what, func(t *testing.T) {
				t.Parallel()
				var sum mesh.Bytes
				for range x.n {
					sum = sum.Add(x.send(t, m))
				}
				mu.Lock()
				defer mu.Unlock()
				sent[x.what] = sum
			})
		}
	})
	return sent
}

// expect is what Prometheus should hold.
func (r run) expect(sent map[string]mesh.Bytes) *expect.Set {
	set := expect.New(labels{"job": "otelcol-istio", "instance": mesh.Instance})
	for _, x := range r.traffic {
		for _, w := range x.wants {
			if r.outsideOnly && !goesOut(w.truth) {
				continue
			}
			told := w.told(r.way.rules)
			if r.extra != nil {
				told.truth = expect.Join(told.truth, r.extra(x, told.truth))
			}
			ip := expect.Join(labels{"destination_ip": told.ip})
			if isRequest(told.truth) {
				// No client knows the bytes on the wire; see agreesWithProxies.
				set.Requests(x.n, expect.Value{Vague: true}, expect.Value{Vague: true}, ip, told.truth)
			} else {
				set.Connections(x.n, sent[x.what].Sent, sent[x.what].Received, ip, told.truth)
			}
			if x.messages != nil && !r.way.text {
				set.Messages(x.n*x.messages[0], x.n*x.messages[1], told.truth)
			}
		}
	}
	return set
}

// TestMesh has every kind of traffic by every way of logging, with all of it
// shipped.
func TestMesh(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	for _, w := range everyWay {
		t.Run(w.name, func(t *testing.T) {
			run{
				config:  mesh.Config{MeshConfigs: w.meshConfigs, Resources: w.telemetry},
				way:     w,
				traffic: everyTraffic,
			}.start(t, world, func(t *testing.T, m *mesh.Mesh) {
				t.Helper()
				w.accountsFor(t, m)
				w.bothReport(t, m)
			})
		})
	}
}

// accountsFor waits until each record came and was counted, those that arrive
// twice once. Not all of them are in the totals, and so some may come later.
func (w way) accountsFor(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		metric := func(name, label string) int {
			sum, err := m.Gateway.Metric(t.Context(), name, label)
			assert.NoError(c, err)
			return int(sum)
		}
		records := recordsOf(everyTraffic)
		assert.Equal(c, records, metric("otelcol_processor_istio_labels_records", ""))
		assert.Equal(c, recordsOf(refusedTraffic), metric("otelcol_processor_istio_labels_records", `verdict="listener"`))
		if w.entries > 0 {
			const entries = "otelcol_receiver_envoy_access_log_entries"
			assert.Equal(c, records, metric(entries, `outcome="accepted"`))
			assert.Equal(c, w.entries*records, metric(entries, ""))
		}
	}, settleTimeout, pollInterval)
}
