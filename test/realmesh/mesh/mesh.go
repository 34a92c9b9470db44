// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// Ports of the node.
const (
	xdsPort = "15010"
	sdsPort = "15011"
	// dynamicPort has the control plane of the mesh whose policy is
	// ALLOW_ANY_DYNAMIC_DNS, which a mesh has as a whole or not at all.
	dynamicPort = "15012"
)

// dynamicNamespace is where that policy holds.
const dynamicNamespace = "dynamic"

// Files of the mesh before anything of deploy/istio is applied.
const (
	clusterFile = "testdata/mesh/cluster.yaml"
	// gatewayFile has the gateway's pod.
	gatewayFile   = "testdata/mesh/gateway.yaml"
	configFile    = "testdata/mesh/mesh-config.yaml"
	dynamicFile   = "testdata/mesh/mesh-config-dynamic-dns.yaml"
	resourcesFile = "testdata/mesh/resources.yaml"
)

// Programs are the paths of what runs.
type Programs struct {
	// ControlPlane is the program of test/controlplane, Envoy the proxy.
	ControlPlane, Envoy string
	Gateway, Prometheus string
}

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

// Config is what a mesh owner applies.
type Config struct {
	// MeshConfigs and Resources are files, applied over those of the mesh itself.
	MeshConfigs, Resources []string
	// GatewayConfigs are merged over each other, the first one below.
	GatewayConfigs []string
	// GatewayEnv are variables of the gateway's configuration.
	GatewayEnv []string
	// Forgers are the pods whose proxies call themselves those of other pods, in
	// all that they say of themselves, by the apps of both. Their certificates are
	// their own.
	Forgers map[string]string
}

// Mesh is a mesh with a configuration, all of whose proxies run.
type Mesh struct {
	*World
	// Proxies by the app of their pod.
	Proxies map[string]*Proxy
	Gateway *Gateway
}

// Start starts control planes, gateway and proxies. They end with the test, which
// fails if the proxies refuse anything.
func (w *World) Start(t *testing.T, c Config) *Mesh {
	t.Helper()
	m := w.Launch(t, c)
	require.Empty(t, m.Refused(t))
	return m
}

// Launch does the same and lets the proxies refuse what they want.
func (w *World) Launch(t *testing.T, c Config) *Mesh {
	t.Helper()
	resources := append([]string{resourcesFile}, c.Resources...)
	w.startXDS(t, xdsPort, append([]string{configFile}, c.MeshConfigs...), resources)
	w.startXDS(t, dynamicPort, append([]string{configFile, dynamicFile}, c.MeshConfigs...), resources)
	m := &Mesh{World: w, Proxies: map[string]*Proxy{}}
	for _, p := range w.pods {
		if !p.Injected() {
			continue
		}
		app, forged := p.App(), c.Forgers[p.App()]
		if forged != "" {
			p = w.pod(forged)
		}
		xds := xdsPort
		if p.Namespace == dynamicNamespace {
			xds = dynamicPort
		}
		m.Proxies[app] = startProxy(t, w.programs.Envoy, w.network.pods[app], p, xds)
		m.Proxies[app].Forged = forged != ""
	}
	m.Gateway = startGateway(t, w.network.pods["otelcol-istio"], GatewayOptions{
		Binary: w.programs.Gateway, Prometheus: w.programs.Prometheus, Configs: c.GatewayConfigs, Env: c.GatewayEnv,
	})
	for _, p := range m.Proxies {
		p.waitReady(t)
	}
	return m
}

// Refused says what the proxies refused of what the control plane told them, and
// why.
func (m *Mesh) Refused(t *testing.T) (all []string) {
	t.Helper()
	for _, p := range m.Proxies {
		all = append(all, p.refused(t)...)
	}
	return all
}

// Stop ends the proxies, which send what they have not sent yet, and then the
// gateway. Prometheus stays.
func (m *Mesh) Stop(t *testing.T) {
	t.Helper()
	require.Empty(t, m.Refused(t))
	var ended errgroup.Group
	for name, p := range m.Proxies {
		if name != "otelcol-istio" { // the way to the gateway
			ended.Go(func() error { return p.process.Stop(proc.StopTimeout) })
		}
	}
	require.NoError(t, ended.Wait())
	require.NoError(t, m.Gateway.Stop())
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

var serving = regexp.MustCompile(`serving \w+ on`)

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
