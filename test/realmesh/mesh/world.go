// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// World is what lasts while proxies and configurations come and go: hosts, their
// applications and names, and the authority that signs certificates.
type World struct {
	// Certificates is a folder with the gateway's certificate, its key and the
	// mesh's roots, in the files that Istio's agent writes.
	Certificates string

	programs Programs
	// cluster are the files that pods were read from.
	cluster []string
	pods    []Pod
	network *network
}

// NewWorld makes the world. It ends with the test.
func NewWorld(t *testing.T, programs Programs) *World {
	t.Helper()
	return NewWorldWith(t, programs, gatewayFile)
}

// NewWorldWith makes one whose gateway is in a file of the caller's, and which
// may have more pods.
func NewWorldWith(t *testing.T, programs Programs, podFiles ...string) *World {
	t.Helper()
	cluster := append([]string{clusterFile}, podFiles...)
	pods, err := ReadPods(cluster...)
	require.NoError(t, err)
	w := &World{
		Certificates: t.TempDir(),
		programs:     programs, cluster: cluster, pods: pods, network: newNetwork(t, programs.ControlPlane, pods),
	}
	serveNames(t, w.network)
	w.network.serve(t)
	w.startService(t, "certificates", "sds", "--listen", nodeIP+":"+sdsPort, "--output-certs", w.Address("otelcol-istio")+"="+w.Certificates)
	return w
}

// In is where a client sends from: a pod, by its app.
func (w *World) In(app string) *netns.Namespace { return w.network.pods[app] }

func (w *World) startXDS(t *testing.T, port string, meshConfigs, resources []string) {
	t.Helper()
	args := []string{"xds", "--listen", nodeIP + ":" + port}
	for _, file := range meshConfigs {
		args = append(args, "--mesh-config", file)
	}
	for _, file := range resources {
		args = append(args, "--resources", file)
	}
	w.startService(t, "control plane", args...)
}

// startService runs a part of the program of test/controlplane on the node.
func (w *World) startService(t *testing.T, name string, args ...string) {
	t.Helper()
	for _, file := range w.cluster {
		args = append(args, "--cluster", file)
	}
	p := startProcess(t, proc.Command{
		Name: name, Path: w.programs.ControlPlane, Args: args, Prepare: inNamespace(w.network.node),
		// Envoy's release has none of the filters that Istio's proxies have.
		Env: []string{"PILOT_ENABLE_METADATA_EXCHANGE=false", "PILOT_ENABLE_ALPN_FILTER=false"},
	})
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	_, err := p.WaitLog(ctx, serving)
	require.NoError(t, err)
}

// inNamespace has a command start in a namespace.
func inNamespace(ns *netns.Namespace) func(*exec.Cmd) error {
	return func(*exec.Cmd) error { return ns.Enter() }
}

// Address is that of a host, or of a host and port, where the host may be a pod's
// app.
func (w *World) Address(hostPort string) string {
	host, port, hasPort := strings.Cut(hostPort, ":")
	ip := w.pod(host).IP
	switch {
	case ip == "":
		return hostPort
	case hasPort:
		return ip + ":" + port
	default:
		return ip
	}
}

// pod is the one with the app, and empty if there is none.
func (w *World) pod(app string) Pod {
	for _, p := range w.pods {
		if p.App() == app {
			return p
		}
	}
	return Pod{}
}
