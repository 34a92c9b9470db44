// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// exchange is one kind of traffic, how often it happens, and what each proxy on
// its way reports.
type exchange struct {
	what string
	n    int
	send send
	// messages are those of a gRPC call, request and response.
	messages *[2]int
	wants    []want
	// unmatched says that no filter chain takes it: a record that does not count.
	unmatched bool
	// forged says that the record does not count because of what its proxy says of
	// itself.
	forged bool
}

// want is what one proxy's records of the exchange become.
type want struct {
	// truth are the labels as Istio's own metrics would have them. All others are
	// as in expect.Istio.
	truth labels
	// ip is the destination_ip.
	ip string
}

// send makes one exchange and says how many bytes of a connection the proxies
// saw.
type send func(t *testing.T, m *mesh.Mesh) mesh.Bytes

// reports are those of the proxies of client and server, which differ in
// reporter and policy alone.
func reports(client, server workload, policy labels, both ...labels) []want {
	all := expect.Join(append(both, from(client), to(server), mutualTLS(client, server))...)
	return []want{
		{truth: expect.Join(bySource, all)},
		{truth: expect.Join(byDestination, all, policy)},
	}
}

// outbound is what the client's proxy alone reports.
func outbound(client workload, ip string, rest ...labels) []want {
	return []want{{truth: expect.Join(append(rest, bySource, from(client))...), ip: ip}}
}

func httpTo(app, to, host, path string, status int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		mesh.HTTP(t, m.In(app), mesh.Request{To: m.Address(to), Host: host, Path: path, Status: status})
		return mesh.Bytes{}
	}
}

func postTo(app, to, host, body string, status int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		mesh.HTTP(t, m.In(app), mesh.Request{To: m.Address(to), Host: host, Path: "/", Body: body, Status: status})
		return mesh.Bytes{}
	}
}

func grpcTo(app, to, authority string, messages int, code, got codes.Code) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		mesh.GRPC(t, m.In(app), mesh.Call{To: m.Address(to), Authority: authority, Messages: messages, Code: code, Got: got})
		return mesh.Bytes{}
	}
}

func tcpTo(app, to string, size int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes { return mesh.TCP(t, m.In(app), m.Address(to), size) }
}

// lastingTCP stays open for longer than the period of tcp-periodic.yaml, 5 s, and
// for less than two.
func lastingTCP(app, to string, size int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		return mesh.LastingTCP(t, m.In(app), m.Address(to), size, 7*time.Second)
	}
}

func greetedBy(app, to string, size int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes { return mesh.Greeted(t, m.In(app), m.Address(to), size) }
}

func tlsTo(app, to, name string, size int) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes { return mesh.TLS(t, m.In(app), m.Address(to), name, size) }
}

// failTCP and failTLS are for connections that the proxy ends before it has
// read anything; resetTCP for one that it has begun to carry.
func failTCP(app, to string) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		mesh.FailedTCP(t, m.In(app), m.Address(to))
		return mesh.Bytes{}
	}
}

func failTLS(app, to, name string) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes {
		mesh.FailedTLS(t, m.In(app), m.Address(to), name)
		return mesh.Bytes{}
	}
}

func resetTCP(app, to string) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes { return mesh.FailedTCP(t, m.In(app), m.Address(to)) }
}

// plainHTTP is for requests that the proxy takes for TCP.
func plainHTTP(app, to, host string) send {
	return func(t *testing.T, m *mesh.Mesh) mesh.Bytes { return mesh.PlainHTTP(t, m.In(app), m.Address(to), host) }
}
