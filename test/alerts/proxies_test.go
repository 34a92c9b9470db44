// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

// TestProxies has each alert on proxies whose records do not come fire and end.
func TestProxies(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	g := p.start(t, "gateway", nil)
	w := startWatch(t, p)
	run(t, w, []cause{dropCause(t, p), missingCause(t, p, g), silentCause(t, p, g)})
}

// exporter is what Prometheus scrapes from proxies and from the cluster.
func (p *prometheus) export(t *testing.T, name string, page func() string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintln(w, page())
	}))
	t.Cleanup(s.Close)
	p.scrape(t, "proxies", s.URL+"/metrics", map[string]string{"instance": name})
}

// missingCause is a workload whose proxy counts requests. Its records begin late.
func missingCause(t *testing.T, p *prometheus, g *gateway) cause {
	t.Helper()
	const workload = "unlogged"
	var requests atomic.Int64
	p.export(t, workload, func() string {
		return fmt.Sprintf(`istio_requests_total{reporter="source",source_workload_namespace="shop",source_workload=%q,destination_service_name=%q} %d`,
			workload, passthrough, requests.Add(20))
	})
	return cause{
		labels: ofWorkload("IstioEgressRecordsMissing", workload),
		do:     func(*testing.T) {},
		end: func(t *testing.T) {
			repeat(t, func() error {
				return g.client.Send(t.Context(), records(workload, connection(passthrough, "api.example.com", 11)))
			})
		},
	}
}

// silentCause is a proxy that sends all the time, then nothing, and again.
func silentCause(t *testing.T, p *prometheus, g *gateway) cause {
	t.Helper()
	p.export(t, "cluster", func() string {
		return `kube_pod_status_phase{namespace="shop",pod="quiet-1",phase="Running"} 1`
	})
	send := func() error {
		logs := records("quiet", connection(passthrough, "api.example.com", 11))
		logs.ResourceLogs().At(0).Resource().Attributes().PutStr("node_id", "sidecar~10.244.0.7~quiet-1.shop~shop.svc.cluster.local")
		return g.client.Send(t.Context(), logs)
	}
	return cause{
		labels: map[string]string{"alertname": "IstioEgressProxySilent", "namespace": "shop", "pod": "quiet-1"},
		do: func(t *testing.T) {
			stop := repeat(t, send)
			defer stop()
			// Until it is regular, by one scrape more.
			require.Eventually(t, func() bool {
				v, err := p.Value(t.Context(), `sum(changes(otelcol_receiver_envoy_access_log_proxy_last_heard{node_id=~".*quiet-1.*"}[15s]))`)
				return err == nil && v > regularScrapes
			}, patience, 100*time.Millisecond)
		},
		end: func(t *testing.T) { repeat(t, send) },
	}
}

// dropCause is an Envoy whose records go nowhere.
func dropCause(t *testing.T, p *prometheus) cause {
	t.Helper()
	ports, err := proc.FreePorts(1)
	require.NoError(t, err)
	mesh := loopback.Start(t, loopback.Config{
		Envoy: proctest.Envoy.Find(t), Telemetry: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(ports[0])),
	})
	p.scrape(t, "proxies", mesh.Sleep.Metrics(), map[string]string{"instance": "envoy", "namespace": "shop", "pod": "sleep-1"})
	return cause{
		labels: map[string]string{"alertname": "IstioEgressProxyDropsRecords", "namespace": "shop", "pod": "sleep-1"},
		do: func(t *testing.T) {
			// From zero on: it is there before a record is dropped.
			require.Eventually(t, func() bool {
				v, err := p.Value(t.Context(), "count(envoy_access_logs_open_telemetry_access_log_logs_dropped)")
				return err == nil && v > 0
			}, patience, 100*time.Millisecond)
			loopback.TCP(t, mesh.Sleep.Dial, netip.AddrPortFrom(loopback.OutsideA, mesh.OtherPort), 100)
		},
	}
}
