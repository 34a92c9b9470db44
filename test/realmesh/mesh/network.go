// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

// The node joins all pods by a bridge and routes between them and the outside.
const (
	nodeIP      = "10.244.0.1"
	outsideNode = "203.0.113.1"
)

// Addresses of the outside. Each is a host of its own.
const (
	OutsideA = "203.0.113.10"
	OutsideB = "203.0.113.11"
	// API, Bank and Partner have ServiceEntries.
	API     = "203.0.113.20"
	Bank    = "203.0.113.21"
	Partner = "203.0.113.22"
	// Refusing has nobody who listens.
	Refusing = "203.0.113.77"
	// Silent answers nothing at all.
	Silent = "203.0.113.99"
)

var outsideHosts = []string{OutsideA, OutsideB, API, Bank, Partner, Refusing}

// network is the namespaces: of the node, of each pod by the pod's app, and of the
// outside.
type network struct {
	node, outside *netns.Namespace
	pods          map[string]*netns.Namespace
}

// newNetwork makes it, with Istio's redirection in each pod that has a sidecar.
func newNetwork(t *testing.T, meshBinary string, pods []Pod) *network {
	t.Helper()
	n := &network{node: newNamespace(t, "node"), pods: map[string]*netns.Namespace{}}
	run := func(ns *netns.Namespace, command string, args ...string) {
		t.Helper()
		require.NoError(t, ns.Run(command, args...))
	}
	run(n.node, "ip", "link", "add", "pods", "type", "bridge")
	run(n.node, "ip", "addr", "add", nodeIP+"/16", "dev", "pods")
	run(n.node, "ip", "link", "set", "pods", "up")
	for i, p := range pods {
		ns, outer := n.join(t, p.App(), i), "pod"+strconv.Itoa(i)
		n.pods[p.App()] = ns
		run(n.node, "ip", "link", "set", outer, "master", "pods", "up")
		run(ns, "ip", "addr", "add", p.IP+"/16", "dev", "eth0")
		run(ns, "ip", "route", "add", "default", "via", nodeIP)
		if p.Injected() && !p.Gateway() {
			// As Istio's injection has it, with the proxy's own ports left alone.
			run(ns, meshBinary, "iptables", "-u", proxyUID, "-g", proxyUID,
				"-b", p.redirection("includeInboundPorts", "*"), "-i", p.redirection("includeOutboundIPRanges", "*"),
				"-d", strings.TrimSuffix("15090,15021,15020,"+p.redirection("excludeInboundPorts", ""), ","))
		}
	}
	n.outside = n.join(t, "outside", len(pods))
	run(n.node, "ip", "addr", "add", outsideNode+"/24", "dev", "pod"+strconv.Itoa(len(pods)))
	run(n.node, "ip", "link", "set", "pod"+strconv.Itoa(len(pods)), "up")
	for _, host := range outsideHosts {
		run(n.outside, "ip", "addr", "add", host+"/24", "dev", "eth0")
	}
	run(n.outside, "ip", "route", "add", "default", "via", outsideNode)
	run(n.node, "ip", "route", "add", "blackhole", Silent)
	require.NoError(t, n.node.Do(func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o600) }))
	return n
}

// join makes a namespace and a wire from its eth0 to the node.
func (n *network) join(t *testing.T, name string, number int) *netns.Namespace {
	t.Helper()
	ns := newNamespace(t, name)
	require.NoError(t, n.node.Run("ip", "link", "add", "pod"+strconv.Itoa(number), "type", "veth", "peer", "name", "eth0", "netns", ns.Path()))
	require.NoError(t, ns.Run("ip", "link", "set", "eth0", "up"))
	return ns
}

func newNamespace(t *testing.T, name string) *netns.Namespace {
	t.Helper()
	ns, err := netns.New(name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = ns.Close() })
	return ns
}
