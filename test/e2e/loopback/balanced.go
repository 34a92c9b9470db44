// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

const balancedTemplate = "balanced.yaml.tmpl"

// Balanced is an Envoy that refuses each request, as one of RegistryOnly does, and logs
// it to one of several gateways. It sends each record at once, in a request of its own.
type Balanced struct {
	url, admin, endpoints string
	process               *proc.Process
}

// StartBalanced starts one. It ends with the test.
func StartBalanced(t *testing.T, envoy string, f Format, endpoints ...netip.AddrPort) *Balanced {
	t.Helper()
	ports, err := proc.FreePorts(2)
	require.NoError(t, err)
	b := &Balanced{
		url:       fmt.Sprintf("http://127.0.0.1:%d/", ports[0]),
		admin:     fmt.Sprintf("http://127.0.0.1:%d", ports[1]),
		endpoints: filepath.Join(t.TempDir(), "endpoints.json"),
	}
	const cluster = "outbound|4317||otelcol-istio.istio-system.svc.cluster.local"
	logger := f.logger(cluster)
	logger["typed_config"].(object)["common_config"].(object)["buffer_size_bytes"] = 1
	b.Balance(t, endpoints...)
	var config bytes.Buffer
	require.NoError(t, bootstraps.ExecuteTemplate(&config, balancedTemplate, map[string]any{
		"Port": ports[0], "AdminPort": ports[1], "Cluster": cluster, "EndpointsFile": b.endpoints, "AccessLog": accessLog(logger),
	}))
	path := filepath.Join(t.TempDir(), "balanced.yaml")
	require.NoError(t, os.WriteFile(path, config.Bytes(), 0o600))
	b.process, err = proc.Start(proc.Command{
		Name: "envoy", Path: envoy, Args: []string{"-c", path, "--concurrency", "1", "--use-dynamic-base-id", "--log-level", "error"},
	})
	require.NoError(t, err)
	proctest.EndWith(t, b.process)
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	require.NoError(t, b.process.WaitHTTP(ctx, b.admin+"/ready"))
	return b
}

// Balance says which gateways there are.
func (b *Balanced) Balance(t *testing.T, endpoints ...netip.AddrPort) {
	t.Helper()
	var all []object
	for _, e := range endpoints {
		all = append(all, object{"endpoint": object{"address": object{"socket_address": object{"address": e.Addr().String(), "port_value": e.Port()}}}})
	}
	resources := object{"resources": []object{{
		"@type":        "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
		"cluster_name": "outbound|4317||otelcol-istio.istio-system.svc.cluster.local",
		"endpoints":    []object{{"lb_endpoints": all}},
	}}}
	data, err := json.Marshal(resources)
	require.NoError(t, err)
	// Envoy watches for a file that is moved here.
	require.NoError(t, os.WriteFile(b.endpoints+".new", data, 0o600))
	require.NoError(t, os.Rename(b.endpoints+".new", b.endpoints))
}

// Request sends a request, which is refused.
func (b *Balanced) Request(ctx context.Context, client *http.Client) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusBadGateway {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

// Logged is what became of the records, as the proxy counts them: a gateway took
// them, or it did not say so.
func (b *Balanced) Logged() (written, dropped int, err error) {
	var stats struct {
		Stats []struct {
			Name  string
			Value int
		}
	}
	err = b.get("/stats?format=json&filter=open_telemetry_access_log", &stats)
	for _, s := range stats.Stats {
		switch s.Name {
		case "access_logs.open_telemetry_access_log.logs_written":
			written = s.Value
		case "access_logs.open_telemetry_access_log.logs_dropped":
			dropped = s.Value
		}
	}
	return written, dropped, err
}

// Taken is how many records each gateway took, as the proxy counts them.
func (b *Balanced) Taken() (map[netip.AddrPort]int, error) {
	var clusters struct {
		Statuses []struct {
			Hosts []struct {
				Address struct {
					SocketAddress struct {
						Address string
						Port    uint16 `json:"port_value"`
					} `json:"socket_address"`
				}
				Stats []struct{ Name, Value string }
			} `json:"host_statuses"`
		} `json:"cluster_statuses"`
	}
	if err := b.get("/clusters?format=json", &clusters); err != nil {
		return nil, err
	}
	taken := map[netip.AddrPort]int{}
	for _, c := range clusters.Statuses {
		for _, h := range c.Hosts {
			for _, s := range h.Stats {
				if s.Name == "rq_success" && s.Value != "" {
					n, err := strconv.Atoi(s.Value)
					if err != nil {
						return nil, err
					}
					at := h.Address.SocketAddress
					taken[netip.AddrPortFrom(netip.MustParseAddr(at.Address), at.Port)] = n
				}
			}
		}
	}
	return taken, nil
}

func (b *Balanced) get(path string, into any) error {
	resp, err := http.Get(b.admin + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}
