// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// framing is what gRPC puts in front of each message.
const framing = 5

// GRPC asks the server for the health of a service, of which it knows only the
// empty name, and expects the code.
func GRPC(t *testing.T, dial Dial, destination netip.AddrPort, authority, service string, code codes.Code) Bytes {
	ctx, cancel := context.WithTimeout(t.Context(), exchangeTimeout)
	defer cancel()
	conn, err := grpc.NewClient("passthrough:///"+authority,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return dial(ctx, destination) }))
	require.NoError(t, err)
	defer conn.Close()

	req := &grpc_health_v1.HealthCheckRequest{Service: service}
	resp, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, req)
	assert.Equal(t, code, status.Code(err), "%v", err)
	sent := Bytes{Request: int64(framing + proto.Size(req))}
	if err == nil {
		sent.Response = int64(framing + proto.Size(resp))
	}
	return sent
}
