// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/netip"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// traffic is one kind of exchange, how often it happens, and what each proxy
// on its way should have counted.
type traffic struct {
	what string
	n    int
	send send
	// messages of a gRPC request, which only the recommended labels tell.
	messages *messages
	// ambiguous says that a line of text does not tell the outcome.
	ambiguous bool
	// toEntry says that a ServiceEntry makes the destination known.
	toEntry bool
	wants   []want
}

// leaves tells whether the traffic is one that the filter of deploy/istio has: what
// left the mesh, or was kept from it.
func (x traffic) leaves() bool { return x.toEntry || x.wants[0].ip.IsValid() }

type messages struct{ request, response int }

// want is what one proxy's records of the exchange become.
type want struct {
	// tells are the labels that any format tells, names those that only the
	// recommended labels add. All others are as in istioLabels.
	tells, names labels
	// ip is the destination_ip.
	ip netip.Addr
	// wireUnknown holds where the client cannot count the bytes on the wire.
	wireUnknown bool
}

// send makes one exchange.
type send func(t *testing.T, m *loopback.Mesh) loopback.Bytes

// via is where a client is.
type via func(m *loopback.Mesh) loopback.Dial

func inSleep(m *loopback.Mesh) loopback.Dial   { return m.Sleep.Dial }
func inClosed(m *loopback.Mesh) loopback.Dial  { return m.Closed.Dial }
func outOfMesh(*loopback.Mesh) loopback.Dial   { return loopback.Directly }
func toSidecar(m *loopback.Mesh) loopback.Dial { return m.HTTPBin.Dial }
func httpPort(m *loopback.Mesh) uint16         { return m.HTTPPort }
func tcpPort(m *loopback.Mesh) uint16          { return m.TCPPort }
func otherPort(m *loopback.Mesh) uint16        { return m.OtherPort }

// to is a destination.
func to(ip netip.Addr, port func(*loopback.Mesh) uint16) func(*loopback.Mesh) netip.AddrPort {
	return func(m *loopback.Mesh) netip.AddrPort { return netip.AddrPortFrom(ip, port(m)) }
}

func sendHTTP(from via, ip netip.Addr, r loopback.Request) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.HTTP(t, from(m), to(ip, httpPort)(m), r)
	}
}

func abortHTTP(from via, ip netip.Addr, host string) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.AbortedHTTP(t, from(m), to(ip, httpPort)(m), loopback.Request{Host: host, Path: "/slow"})
	}
}

func sendGRPC(from via, ip netip.Addr, authority, service string, code codes.Code) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.GRPC(t, from(m), to(ip, httpPort)(m), authority, service, code)
	}
}

func sendTCP(from via, destination func(*loopback.Mesh) netip.AddrPort, size int) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.TCP(t, from(m), destination(m), size)
	}
}

func lastingTCP(from via, destination func(*loopback.Mesh) netip.AddrPort, size int) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.LastingTCP(t, from(m), destination(m), size, 300*time.Millisecond)
	}
}

func failTCP(from via, destination func(*loopback.Mesh) netip.AddrPort) send {
	return func(t *testing.T, m *loopback.Mesh) loopback.Bytes {
		return loopback.FailedTCP(t, from(m), destination(m))
	}
}

func get(host, path string, status int) loopback.Request {
	return loopback.Request{Host: host, Path: path, Status: status}
}

func post(host, body string, status int) loopback.Request {
	return loopback.Request{Host: host, Path: "/", Body: body, Status: status}
}
