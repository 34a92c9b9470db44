package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// TestBackEnds writes to servers that are not of the code that the other tests
// use.
func TestBackEnds(t *testing.T) {
	for name, backEnd := range map[string]struct {
		binary binary
		// args are given an address and a directory.
		args  func(t *testing.T, address, directory string) []string
		ready string
	}{
		"Prometheus 2.42": {debianPrometheusBinary, func(t *testing.T, address, directory string) []string {
			config := filepath.Join(directory, "prometheus.yml")
			require.NoError(t, os.WriteFile(config, nil, 0o600))
			return []string{
				"--config.file=" + config, "--storage.tsdb.path=" + directory, "--web.listen-address=" + address,
				"--web.enable-remote-write-receiver", "--enable-feature=exemplar-storage",
			}
		}, "/-/ready"},
		"VictoriaMetrics": {victoriaMetricsBinary, func(_ *testing.T, address, directory string) []string {
			return []string{
				"-httpListenAddr=" + address, "-storageDataPath=" + directory, "-search.latencyOffset=0s", "-memory.allowedBytes=256MiB",
			}
		}, "/health"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ports, err := proc.FreePorts(1)
			require.NoError(t, err)
			address := fmt.Sprintf("127.0.0.1:%d", ports[0])
			p, err := proc.Start(proc.Command{Name: name, Path: backEnd.binary.find(t), Args: backEnd.args(t, address, t.TempDir())})
			require.NoError(t, err)
			proctest.EndWith(t, p)
			require.NoError(t, p.WaitHTTP(t.Context(), "http://"+address+backEnd.ready))

			g := startGatewayBefore(t, &testbed.Prometheus{Client: promclient.New("http://" + address), Process: p}, nil)
			load := flood.Flood{Kind: flood.Requests, Records: 1000, Destinations: 5, PerRequest: 50, Workloads: 2, Workload: "w"}
			g.flood(t, load)
			for _, metric := range []string{requests, "istio_request_bytes_count", `istio_request_bytes_bucket{le="+Inf"}`} {
				g.becomes(t, float64(load.Records), "sum("+metric+")")
			}
			assert.Zero(t, g.telemetry(t, lostSamples, ""))
			require.NoError(t, g.Stop())
			// Exactly these and no others.
			assert.InDelta(t, 10, g.value(t, `count(`+requests+`{instance="`+g.instance+`",job="otelcol-istio"})`), 0)
		})
	}
}
