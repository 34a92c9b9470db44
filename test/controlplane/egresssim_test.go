// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"github.com/stretchr/testify/require"
	meshapi "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/pkg/simulation"
	xdsfilters "istio.io/istio/pilot/pkg/xds/filters"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/config/host"
	"istio.io/istio/pkg/config/mesh"
)

// egressProxy is the configuration of a workload's proxy in a case.
type egressProxy struct {
	*simulation.Simulation
	clusters map[string]*clusterv3.Cluster
	config   *core.ConfigGenTest
	world    map[string][]string
}

func simulate(t *testing.T, file string, probes map[string]egressProbe, world map[string][]string) map[string]egressResult {
	t.Helper()
	resources, err := readResources([]string{file})
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NotEmpty(t, resources)
	config := mesh.DefaultMeshConfig()
	config.OutboundTrafficPolicy = &meshapi.MeshConfig_OutboundTrafficPolicy{Mode: meshapi.MeshConfig_OutboundTrafficPolicy_REGISTRY_ONLY}
	s := core.NewConfigGenTest(t, core.TestOptions{ConfigString: string(text), MeshConfig: config})
	proxies := map[string]*egressProxy{}
	results := map[string]egressResult{}
	for name, p := range probes {
		if p.Service != "" {
			continue // There are no Services in the cases.
		}
		from := cmp.Or(p.From, "batch")
		if proxies[from] == nil {
			proxies[from] = newEgressProxy(t, s, from, world)
		}
		results[name] = proxies[from].send(t, p)
	}
	return results
}

func newEgressProxy(t *testing.T, s *core.ConfigGenTest, app string, world map[string][]string) *egressProxy {
	t.Helper()
	labels := map[string]string{"app": app}
	node := s.SetupProxy(&model.Proxy{
		ConfigNamespace: "closed", Labels: labels, Metadata: &model.NodeMetadata{Namespace: "closed", Labels: labels},
	})
	sim := simulation.NewSimulationFromConfigGen(t, s, node)
	// Istio's cache of routes does not expect to be asked for one name twice in a push. No proxy does that.
	sim.Routes = nil
	for _, l := range sim.Listeners {
		for _, r := range s.RoutesFromListeners(node, []*listener.Listener{l}) {
			if xdstest.ExtractRouteConfigurations(sim.Routes)[r.Name] == nil {
				sim.Routes = append(sim.Routes, r)
			}
		}
	}
	return &egressProxy{Simulation: sim, clusters: xdstest.ExtractClusters(sim.Clusters), config: s, world: world}
}

// send follows a probe.
func (e *egressProxy) send(t *testing.T, p egressProbe) egressResult {
	t.Helper()
	to := netip.MustParseAddrPort(p.To)
	call := simulation.Call{Address: to.Addr().String(), Port: int(to.Port()), CallMode: simulation.CallModeOutbound, Protocol: simulation.TCP}
	name := ""
	switch {
	case p.HTTP != nil:
		call.Protocol = simulation.HTTP
		name = strings.ToLower(*p.HTTP) // as Envoy compares it
		call.HostHeader = name
	case p.TLS != nil:
		name = *p.TLS
		call.TLS, call.Sni = simulation.TLS, name
	}
	run := e.Run(call)
	r := egressResult{Cluster: run.ClusterMatched, Route: run.RouteMatched, Dst: p.To}
	l := xdstest.ExtractListener(run.ListenerMatched, e.Listeners)
	require.NotNil(t, l, p.To)
	if p.HTTP == nil && p.TLS == nil && waits(l, p.Start) {
		return egressResult{Dst: p.To}
	}
	if run.Error != nil {
		require.ErrorIs(t, run.Error, simulation.ErrNoVirtualHost)
		r.Flags = "NR"
		return r
	}
	r.Up, r.Flags = e.upstream(t, &run, l, name, to)
	return r
}

// waits tells whether a listener waits for bytes that the client of a probe does not send.
func waits(l *listener.Listener, start string) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(l.ListenerFilters, func(f *listener.ListenerFilter) bool { return f.Name == name })
	}
	tls, http := has(xdsfilters.TLSInspector.Name), has(xdsfilters.HTTPInspector.Name)
	if l.Name == model.VirtualOutboundListenerName {
		return false
	}
	return start == "server" && (tls || http) || start == "short" && tls
}

// upstream is where the cluster of a result sends to, with the flag of the log if that is nowhere.
func (e *egressProxy) upstream(t *testing.T, run *simulation.Result, l *listener.Listener, name string, to netip.AddrPort) (up, flag string) {
	t.Helper()
	switch run.ClusterMatched {
	case "", "BlackHoleCluster":
		return "", ""
	case "PassthroughCluster":
		return to.String(), ""
	}
	c := e.clusters[run.ClusterMatched]
	if c == nil {
		return "", "NC"
	}
	_, _, hostname, _ := model.ParseSubsetKey(run.ClusterMatched)
	var candidates []string
	switch {
	case c.GetClusterType() != nil:
		if run.RouteMatched == "" || resolvesNames(t, l) {
			candidates = e.at([]string{strings.TrimSuffix(name, ".")}, int(to.Port()))
		}
	case c.GetType() == clusterv3.Cluster_ORIGINAL_DST:
		candidates = []string{to.String()}
	case c.GetType() == clusterv3.Cluster_EDS:
		candidates = e.endpoints(hostname, int(to.Port()))
	default:
		for _, group := range c.GetLoadAssignment().GetEndpoints() {
			for _, endpoint := range group.GetLbEndpoints() {
				a := endpoint.GetEndpoint().GetAddress().GetSocketAddress()
				candidates = append(candidates, e.at([]string{a.GetAddress()}, int(a.GetPortValue()))...)
			}
		}
	}
	switch {
	case len(candidates) == 0:
		return "", "UH"
	case slices.Contains(candidates, to.String()):
		return to.String(), ""
	default:
		return candidates[0], ""
	}
}

// at are the addresses of hosts, with a port.
func (e *egressProxy) at(hosts []string, port int) []string {
	var all []string
	for _, h := range hosts {
		for _, a := range addressesOf(h, e.world) {
			all = append(all, net.JoinHostPort(a, strconv.Itoa(port)))
		}
	}
	return all
}

func (e *egressProxy) endpoints(hostname host.Name, port int) []string {
	var all []string
	for _, s := range e.config.PushContext().ServiceIndex.HostnameAndNamespace[hostname] {
		for _, i := range e.config.PushContext().ServiceEndpointsByPort(s, port, nil) {
			all = append(all, e.at(i.Addresses, int(i.EndpointPort))...)
		}
	}
	return all
}

// resolvesNames tells whether the requests of a listener pass the filter that resolves the names of a wildcard.
func resolvesNames(t *testing.T, l *listener.Listener) bool {
	t.Helper()
	for _, chain := range l.FilterChains {
		for _, f := range xdstest.ExtractHTTPConnectionManager(t, chain).GetHttpFilters() {
			if strings.Contains(f.Name, "dynamic_forward_proxy") {
				return true
			}
		}
	}
	return false
}
