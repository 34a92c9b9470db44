// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"cmp"
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// Config says what the mesh consists of.
type Config struct {
	// Envoy is the path of the binary.
	Envoy string
	// Telemetry takes the records (OTLP over gRPC).
	Telemetry netip.AddrPort
	// ALS sends the same by Envoy's own access log service, if it has providers.
	ALS ALS
	// Format of the records, for all sidecars.
	Format Format
	// ClientOnly leaves the log of inbound sidecars off.
	ClientOnly bool
	// Sleep is what the sidecar of that name does with unknown destinations;
	// the zero value is AllowAny.
	Sleep Policy
	// Periodic makes TCP connections of unknown destinations report when they
	// are established and then at this interval, if it is not empty ("0.1s").
	Periodic string
	// ServerNames has the sidecars of clients read the server name of TLS that
	// goes to unknown destinations.
	ServerNames bool
}

// Mesh is a running mesh with its outside world.
type Mesh struct {
	// Sleep may talk to whomever it wants (AllowAny), Closed only to what the
	// mesh knows (RegistryOnly). HTTPBin is the workload that they know.
	Sleep, Closed, HTTPBin *Sidecar

	// HTTPPort and TCPPort are ports that services of the mesh have, OtherPort
	// is one that none has. The outside serves the same on each.
	HTTPPort, TCPPort, OtherPort uint16
}

const (
	inboundTemplate  = "inbound.yaml.tmpl"
	outboundTemplate = "outbound.yaml.tmpl"
)

// Start starts everything. It ends with the test.
func Start(t *testing.T, c Config) *Mesh {
	ports, err := proc.FreePorts(9)
	require.NoError(t, err)
	m := &Mesh{HTTPPort: uint16(ports[0]), TCPPort: uint16(ports[1]), OtherPort: uint16(ports[2])}
	for _, host := range []netip.Addr{OutsideA, OutsideB, OutsideV6} {
		serveHTTP(t, netip.AddrPortFrom(host, m.HTTPPort))
		serveTCP(t, netip.AddrPortFrom(host, m.OtherPort))
	}

	ca := NewAuthority(t)
	base := bootstrap{
		CAFile:           ca.File,
		TelemetryCluster: "outbound|4317||otelcol-istio.istio-system.svc.cluster.local",
		Telemetry:        c.Telemetry,
		ALSCluster:       "outbound|4319||otelcol-istio.istio-system.svc.cluster.local",
		ALS:              c.ALS.Endpoint,
		HTTPPort:         int(m.HTTPPort),
		TCPPort:          int(m.TCPPort),
		Services:         m.services(),
		Inbound:          m.inbound(t),
		Periodic:         c.Periodic,
		ServerNames:      c.ServerNames,
	}
	base.AccessLog = accessLog(append(c.ALS.loggers(base.ALSCluster), c.Format.logger(base.TelemetryCluster))...)
	start := func(template string, w Workload, admin, capture int, policy Policy) *Sidecar {
		ca.issue(t, &w)
		b := base
		b.Self, b.AdminPort, b.CapturePort, b.Policy = w, admin, capture, policy
		if c.ClientOnly && template == inboundTemplate {
			b.AccessLog = "[]"
		}
		return startSidecar(t, c.Envoy, template, b)
	}
	m.HTTPBin = start(inboundTemplate, httpbin, ports[3], ports[4], Policy{})
	m.Sleep = start(outboundTemplate, sleepDefault, ports[5], ports[6], cmp.Or(c.Sleep, AllowAny))
	m.Closed = start(outboundTemplate, sleepClosed, ports[7], ports[8], RegistryOnly)
	return m
}

// Stop ends the sidecars, which send what they have not sent yet.
func (m *Mesh) Stop(t *testing.T) {
	for _, s := range []*Sidecar{m.Sleep, m.Closed, m.HTTPBin} {
		require.NoError(t, s.process.Stop(proc.StopTimeout))
	}
}

// services are those of the registry, the same for both outbound sidecars.
func (m *Mesh) services() []service {
	endpoint := fmt.Sprintf("%s;%s;%s;%s;Kubernetes", httpbin.App, httpbin.Namespace, httpbin.App, httpbin.Version)
	return []service{
		{
			Host: "httpbin.foo.svc.cluster.local", Name: "httpbin", Namespace: "foo", Port: 8080,
			Domains:  []string{"httpbin.foo.svc.cluster.local", "httpbin.foo"},
			Endpoint: netip.AddrPortFrom(httpbin.IP, m.HTTPPort), Workload: endpoint, Peer: httpbin.SpiffeID(),
		},
		{
			Host: "httpbin.foo.svc.cluster.local", Name: "httpbin", Namespace: "foo", Port: 9000, VIP: HTTPBinVIP,
			Endpoint: netip.AddrPortFrom(httpbin.IP, m.TCPPort), Workload: endpoint, Peer: httpbin.SpiffeID(),
		},
		{
			Host: "nobody.foo.svc.cluster.local", Name: "nobody", Namespace: "foo", Port: 8080,
			Domains: []string{"nobody.foo.svc.cluster.local", "nobody.foo"},
		},
		{Host: "nobody.foo.svc.cluster.local", Name: "nobody", Namespace: "foo", Port: 9000, VIP: NobodyVIP},
		// A ServiceEntry; its endpoint is the outside, without a sidecar.
		{
			Host: "api.example.org", Name: "api.example.org", Namespace: "default", Port: 80,
			Domains:  []string{"api.example.org"},
			Endpoint: netip.AddrPortFrom(OutsideA, m.HTTPPort), Workload: "known-external-0;default;known-external-0;;Kubernetes",
		},
	}
}

// inbound are the ports of httpbin, with the applications behind them.
func (m *Mesh) inbound(t *testing.T) []inbound {
	anyPort := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 0)
	// A port of the pod that no service has, for InboundPassthroughCluster.
	serveTCP(t, netip.AddrPortFrom(httpbin.IP, m.OtherPort))
	of := inbound{Host: "httpbin.foo.svc.cluster.local", Name: "httpbin", Namespace: "foo"}
	http, tcp := of, of
	http.ServicePort, http.Port, http.HTTP, http.App = 8080, int(m.HTTPPort), true, serveHTTP(t, anyPort)
	tcp.ServicePort, tcp.Port, tcp.App = 9000, int(m.TCPPort), serveTCP(t, anyPort)
	return []inbound{http, tcp}
}
