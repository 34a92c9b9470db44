// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// backEnd is a server that is not of the code that the other tests use.
type backEnd struct {
	program proctest.Program
	// args are given a directory. The server listens on a port that the kernel chooses.
	args func(t *testing.T, directory string) []string
	// listening is what the log says then. Its group is the address.
	listening *regexp.Regexp
	ready     string
}

var debianPrometheus = backEnd{proctest.Program{Variable: "DEBIAN_PROMETHEUS_BIN", Path: "../../_build/debian/usr/bin/prometheus"}, func(t *testing.T, directory string) []string {
	t.Helper()
	config := filepath.Join(directory, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, nil, 0o600))
	return []string{
		"--config.file=" + config, "--storage.tsdb.path=" + directory, "--web.listen-address=127.0.0.1:0",
		"--web.enable-remote-write-receiver", "--enable-feature=exemplar-storage",
	}
}, regexp.MustCompile(`msg="Listening on" address=(\S+)`), "/-/ready"}

var victoriaMetrics = backEnd{proctest.Program{Variable: "VICTORIA_METRICS_BIN", Path: "../../_build/bin/victoria-metrics"}, func(_ *testing.T, directory string) []string {
	return []string{
		"-httpListenAddr=127.0.0.1:0", "-storageDataPath=" + directory, "-search.latencyOffset=0s", "-memory.allowedBytes=256MiB",
	}
}, regexp.MustCompile(`started server at http://([^/]+)/`), "/health"}

// start starts the server with more arguments.
func (b *backEnd) start(t *testing.T, more ...string) *testbed.Prometheus {
	t.Helper()
	p, err := proc.Start(proc.Command{Name: t.Name(), Path: b.program.Find(t), Args: append(b.args(t, t.TempDir()), more...)})
	require.NoError(t, err)
	proctest.EndWith(t, p)
	match, err := p.WaitLog(t.Context(), b.listening)
	require.NoError(t, err)
	server := "http://" + match[1]
	require.NoError(t, p.WaitHTTP(t.Context(), server+b.ready))
	return &testbed.Prometheus{Client: promclient.New(server), Process: p}
}

// fewRequests is what the gateway is sent.
var fewRequests = flood.Flood{Kind: flood.Requests, Records: 1000, Destinations: 5, PerRequest: 50, Workloads: 2, Workload: "w"}

// TestBackEnds writes counters and histograms with buckets.
func TestBackEnds(t *testing.T) {
	for name, server := range map[string]backEnd{"Prometheus 2.42": debianPrometheus, "VictoriaMetrics": victoriaMetrics} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGatewayBefore(t, server.start(t), nil)
			g.flood(t, fewRequests)
			for _, metric := range []string{requests, "istio_request_bytes_count", `istio_request_bytes_bucket{le="+Inf"}`} {
				g.becomes(t, float64(fewRequests.Records), "sum("+metric+")")
			}
			assert.Zero(t, g.telemetry(t, lostSamples, ""))
			require.NoError(t, g.Stop())
			// Exactly these and no others.
			assert.InDelta(t, 10, g.value(t, `count(`+requests+`{instance="`+g.instance+`",job="otelcol-istio"})`), 0)
		})
	}
}

// TestBackEndsNativeHistograms writes native histograms to a Prometheus that takes
// them, and to one that does not, which has the counters.
func TestBackEndsNativeHistograms(t *testing.T) {
	for name, enabled := range map[string]bool{"enabled": true, "disabled": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var more []string
			if enabled {
				more = append(more, "--enable-feature=native-histograms")
			}
			g := startGatewayBefore(t, debianPrometheus.start(t, more...), map[string]string{"HISTOGRAM_KIND": "exponential"})
			g.flood(t, fewRequests)
			g.becomes(t, float64(fewRequests.Records), "sum("+requests+")")
			if enabled {
				g.becomes(t, float64(fewRequests.Records), "histogram_count(sum(istio_request_bytes))")
			}
			require.NoError(t, g.Stop())
			assert.InDelta(t, fewRequests.Records, g.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
			log := g.Process.Log()
			assert.Equal(t, enabled, !strings.Contains(log, `"reason": "native_histograms"`))
			assert.NotContains(t, log, "refused_together")
		})
	}
}
