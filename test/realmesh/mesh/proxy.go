// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

const (
	startTimeout = 60 * time.Second
	// proxyUID is whose traffic Istio's rules let pass.
	proxyUID = "1337"
	// adminPort is Envoy's own, on the pod's loopback address.
	adminPort = "15000"
)

// Proxy is a running Envoy of a pod.
type Proxy struct {
	// Pod is whose proxy it calls itself.
	Pod
	// Forged says that it is not.
	Forged  bool
	process *proc.Process
	// admin is the URL of Envoy's own pages, stdout the file that it writes to.
	admin, stdout string
}

// startProxy runs Envoy beside a pod, as the user whose traffic is not
// redirected, with the configuration that a control plane gives it.
func startProxy(t *testing.T, envoy string, ns *netns.Namespace, p Pod, xds string) *Proxy {
	t.Helper()
	config, err := json.Marshal(bootstrap(p, xds))
	require.NoError(t, err)
	binary, err := os.Open(envoy)
	require.NoError(t, err)
	defer binary.Close()
	stdout, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	require.NoError(t, err)
	defer stdout.Close()
	require.NoError(t, stdout.Chmod(0o666)) //nolint:gosec // a log of the test's own
	process := startProcess(t, proc.Command{
		Name: "proxy of " + p.Name,
		// Opened here, since that user may not be able to reach it.
		Path: "/proc/self/fd/3",
		Args: []string{"--config-yaml", string(config), "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning", "--drain-time-s", "1"},
		Prepare: func(cmd *exec.Cmd) error {
			uid, err := strconv.ParseUint(proxyUID, 10, 32)
			if err != nil {
				return err
			}
			cmd.ExtraFiles = []*os.File{binary}
			// Where Istio's provider `envoy` writes; that user may open no pipe of ours.
			cmd.Stdout = stdout
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
			return ns.Enter()
		},
	})
	admin, err := ns.Forward(t.Context(), "127.0.0.1:"+adminPort)
	require.NoError(t, err)
	return &Proxy{Pod: p, process: process, admin: "http://" + admin, stdout: stdout.Name()}
}

// waitReady waits until the proxy has all its listeners and certificates.
func (p *Proxy) waitReady(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	require.NoError(t, p.process.WaitHTTP(ctx, p.admin+"/ready"))
}

// refused says what the proxy refused of what the control plane told it, and why.
func (p *Proxy) refused(t *testing.T) (all []string) {
	t.Helper()
	for line := range strings.Lines(p.Get(t, "/stats?filter=update_rejected")) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), ": "); value != "0" {
			all = append(all, fmt.Sprintf("%s: %s is %s\n%s", p.Name, name, value, p.process.Log()))
		}
	}
	return all
}

// Lines is how many lines of access log are on the proxy's standard output, once
// it has ended.
func (p *Proxy) Lines(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile(p.stdout)
	require.NoError(t, err)
	return strings.Count(string(b), "\n")
}

// Get asks one of Envoy's own pages.
func (p *Proxy) Get(t *testing.T, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.admin+path, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode, path)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(b)
}

type object = map[string]any

// bootstrap is what Istio's agent gives Envoy to start with, as far as it
// matters here.
func bootstrap(p Pod, xds string) object {
	kind := "sidecar"
	if p.Gateway() {
		kind = "router"
	}
	return object{
		"node": object{
			"id":      fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", kind, p.IP, p.Name, p.Namespace, p.Namespace),
			"cluster": p.App() + "." + p.Namespace,
			"metadata": object{
				"NAME": p.Name, "NAMESPACE": p.Namespace, "LABELS": p.Labels, "WORKLOAD_NAME": p.Workload,
				"SERVICE_ACCOUNT": p.ServiceAccount, "CLUSTER_ID": "Kubernetes", "MESH_ID": "cluster.local",
				"INSTANCE_IPS": p.IP, "ISTIO_VERSION": "1.31.0", "INTERCEPTION_MODE": "REDIRECT",
			},
		},
		"admin": object{"address": socketAddress("127.0.0.1", adminPort)},
		"dynamic_resources": object{
			"ads_config": object{
				"api_type": "DELTA_GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
				"grpc_services": []object{{"envoy_grpc": object{"cluster_name": "xds-grpc"}}},
			},
			"lds_config": object{"ads": object{}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"},
			"cds_config": object{"ads": object{}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"},
		},
		"static_resources": object{"clusters": []object{
			grpcCluster("xds-grpc", nodeIP, xds),
			grpcCluster("sds-grpc", nodeIP, sdsPort),
		}},
	}
}

func socketAddress(ip, port string) object {
	number, _ := strconv.Atoi(port)
	return object{"socket_address": object{"address": ip, "port_value": number}}
}

func grpcCluster(name, ip, port string) object {
	const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
	return object{
		"name": name, "type": "STATIC", "connect_timeout": "1s",
		"typed_extension_protocol_options": object{options: object{
			"@type":                "type.googleapis.com/" + options,
			"explicit_http_config": object{"http2_protocol_options": object{}},
		}},
		"load_assignment": object{"cluster_name": name, "endpoints": []object{{"lb_endpoints": []object{
			{"endpoint": object{"address": socketAddress(ip, port)}},
		}}}},
	}
}
