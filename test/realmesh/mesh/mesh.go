// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

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

var serving = regexp.MustCompile(`serving \w+ on`)
