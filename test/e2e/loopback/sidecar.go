// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"text/template"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

const startTimeout = 60 * time.Second

//go:embed bootstrap
var bootstrapFiles embed.FS

var bootstraps = template.Must(template.New("").Funcs(template.FuncMap{
	"address": func(a netip.AddrPort) string { return socketAddress(a.Addr(), int(a.Port())) },
	"listen":  socketAddress,
	"cluster": func(name string, endpoint netip.AddrPort) grpcCluster { return grpcCluster{name, endpoint} },
	"list":    func(items ...string) []string { return items },
	"json": func(v any) (string, error) {
		b, err := json.Marshal(v)
		return string(b), err
	},
}).ParseFS(bootstrapFiles, "bootstrap/*.tmpl"))

func socketAddress(ip netip.Addr, port int) string {
	return fmt.Sprintf(`{socket_address: {address: %q, port_value: %d}}`, ip, port)
}

// Sidecar is a running Envoy.
type Sidecar struct {
	Workload
	// capture is where redirected connections arrive; see Dial.
	capture netip.AddrPort
	// admin is the URL of Envoy's own pages.
	admin   string
	process *proc.Process
}

// bootstrap is what the templates are filled with.
type bootstrap struct {
	Self                   Workload
	CAFile                 string
	AdminPort, CapturePort int
	AccessLog              string
	TelemetryCluster       string
	Telemetry              netip.AddrPort
	ALSCluster             string
	ALS                    netip.AddrPort // zero if nothing is sent by ALS

	// Of an outbound sidecar.
	Policy            Policy
	HTTPPort, TCPPort int
	Services          []service
	Periodic          string
	ServerNames       bool

	// Of an inbound sidecar.
	Inbound []inbound
}

// grpcCluster is a cluster of one endpoint that speaks gRPC.
type grpcCluster struct {
	Name     string
	Endpoint netip.AddrPort
}

// HTTPListeners are those of the port on which some service speaks HTTP.
func (bootstrap) HTTPListeners() []httpListener {
	return []httpListener{
		{"0.0.0.0_8080", netip.IPv4Unspecified()},
		{"ipv6_8080", netip.IPv6Unspecified()},
	}
}

type httpListener struct {
	Name string
	IP   netip.Addr
}

// HTTPServices are those with domains.
func (b bootstrap) HTTPServices() []service { return b.services(true) }

// TCPServices are those without.
func (b bootstrap) TCPServices() []service { return b.services(false) }

func (b bootstrap) services(http bool) []service {
	var found []service
	for _, s := range b.Services {
		if (len(s.Domains) > 0) == http {
			found = append(found, s)
		}
	}
	return found
}

// startSidecar runs Envoy with a bootstrap and waits until it takes traffic.
func startSidecar(t *testing.T, envoy, template string, b bootstrap) *Sidecar {
	var config bytes.Buffer
	require.NoError(t, bootstraps.ExecuteTemplate(&config, template, b))
	path := filepath.Join(t.TempDir(), b.Self.App+"."+b.Self.Namespace+".yaml")
	require.NoError(t, os.WriteFile(path, config.Bytes(), 0o600))

	p, err := proc.Start(proc.Command{
		Name: "envoy of " + b.Self.App + "." + b.Self.Namespace,
		Path: envoy,
		Args: []string{"-c", path, "--concurrency", "1", "--use-dynamic-base-id", "--log-level", "error", "--drain-time-s", "1"},
	})
	require.NoError(t, err)
	proctest.EndWith(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	admin := fmt.Sprintf("http://127.0.0.1:%d", b.AdminPort)
	require.NoError(t, p.WaitHTTP(ctx, admin+"/ready"))
	return &Sidecar{b.Self, netip.AddrPortFrom(b.Self.IP, uint16(b.CapturePort)), admin, p}
}

// Dial opens a connection that the sidecar takes for one from its own pod to
// the destination, as after a redirection by iptables.
func (s *Sidecar) Dial(ctx context.Context, destination netip.AddrPort) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.capture.String())
	if err != nil {
		return nil, err
	}
	family, source := "TCP4", s.IP
	if destination.Addr().Is6() {
		family, source = "TCP6", podIPv6
	}
	sourcePort := conn.LocalAddr().(*net.TCPAddr).Port
	_, err = fmt.Fprintf(conn, "PROXY %s %s %s %d %d\r\n", family, source, destination.Addr(), sourcePort, destination.Port())
	return conn, err
}

// podIPv6 is the second address of each pod.
var podIPv6 = netip.MustParseAddr("2001:db8:10::8")
