// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// rawCodec sends bytes as they are.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error) { return v.([]byte), nil }
func (rawCodec) Unmarshal([]byte, any) error   { return nil }
func (rawCodec) Name() string                  { return "proto" }

// openRaw opens a stream that takes bytes in place of messages.
func openRaw(t testing.TB, conn *grpc.ClientConn) grpc.ClientStream {
	t.Helper()
	stream, err := conn.NewStream(context.Background(), &grpc.StreamDesc{ClientStreams: true},
		accesslogservicev3.AccessLogService_StreamAccessLogs_FullMethodName, grpc.ForceCodec(rawCodec{}))
	require.NoError(t, err)
	return stream
}

// sendRaw sends bytes in place of a message and gives the status that ends the
// stream.
func sendRaw(t *testing.T, conn *grpc.ClientConn, raw []byte) error {
	t.Helper()
	stream := openRaw(t, conn)
	if err := stream.SendMsg(raw); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	require.NoError(t, stream.CloseSend())
	return stream.RecvMsg(nil)
}

// What is no field of ours is no mistake: newer proxies know more.
func TestUnknownFields(t *testing.T) {
	_, tel, conn := startReceiver(t, testConfig(), consumertest.NewNop())
	require.NoError(t, ignoreEOF(sendRaw(t, conn, []byte{0xfa, 0x7f, 0x03, 'a', 'b', 'c'})))
	waitForEnd(t, tel, "client")
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func TestMessageTooLarge(t *testing.T) {
	for _, mib := range []int{5, 100} {
		t.Run(strconv.Itoa(mib), func(t *testing.T) {
			sink := new(consumertest.LogsSink)
			_, tel, conn := startReceiver(t, testConfig(), sink)
			small, err := proto.Marshal(testMessage("a", "before"))
			require.NoError(t, err)
			large := make([]byte, mib<<20)
			stream := openRaw(t, conn)
			require.NoError(t, stream.SendMsg(small))
			before := heap()
			if err := stream.SendMsg(large); err != nil {
				require.ErrorIs(t, err, io.EOF)
			}
			err = stream.RecvMsg(nil)
			assert.Equal(t, codes.ResourceExhausted, status.Code(err), "%v", err)
			waitForEnd(t, tel, "too_large")
			// The client shares the process: its buffers take a moment to go.
			assert.Eventually(t, func() bool { return heap() < before+2<<20 }, patience, 50*time.Millisecond)
			assert.Equal(t, 1, sink.LogRecordCount(), "what came before was taken")
			runtime.KeepAlive(large) // the client's
		})
	}
}

// cutConn breaks after so many bytes.
type cutConn struct {
	net.Conn
	left int
}

func (c *cutConn) Write(b []byte) (int, error) {
	if c.left -= len(b); c.left < 0 {
		c.Close()
		return 0, io.ErrClosedPipe
	}
	return c.Conn.Write(b)
}

func TestHalfMessage(t *testing.T) {
	sink := new(consumertest.LogsSink)
	r, tel, _ := startReceiver(t, testConfig(), sink)
	conn, err := grpc.NewClient("passthrough:"+listenerOf(t, r, protocolALS).Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			return &cutConn{c, 200 << 10}, err
		}))
	require.NoError(t, err)
	defer conn.Close()
	stream := openStream(t, conn)
	require.NoError(t, stream.Send(testMessage("a", "whole")))
	_ = stream.Send(testMessage("a", strings.Repeat("half", 100<<10)))
	_, err = stream.CloseAndRecv()
	require.Error(t, err)
	waitForEnd(t, tel, "canceled")
	assert.Equal(t, 1, sink.LogRecordCount())
}

// Nothing that an identifier holds stays, but a few short strings.
func TestIdentifiersTakeNoMemory(t *testing.T) {
	cfg := testConfig()
	cfg.Limits.MaxStreams = 2 * manyStreams
	r, tel, _ := startReceiver(t, cfg, consumertest.NewNop())
	raw := largeMessage(t)
	conns := make([]*grpc.ClientConn, 10)
	for i := range conns {
		conns[i] = connect(t, r)
	}
	opened := 0
	open := func(n int) {
		for range n {
			opened++
			require.NoError(t, openRaw(t, conns[opened%len(conns)]).SendMsg(raw))
		}
		require.Eventually(t, func() bool {
			return value(t, tel, "otelcol_receiver_envoy_access_log_entries", "outcome", "accepted") == int64(opened)
		}, time.Minute, 10*time.Millisecond)
	}
	open(100)
	before := heap()
	for range manyStreams / 100 {
		open(100) // all at once would wait for memory for longer than they may
	}
	perStream := (int64(heap()) - int64(before)) / manyStreams
	t.Logf("%d bytes a stream, the client's half included", perStream)
	assert.Less(t, perStream, int64(64<<10))
}

// largeMessage has one entry and such an identifier. It is shared, since clients
// keep what they sent.
func largeMessage(t testing.TB) []byte {
	t.Helper()
	m := testMessage("", "")
	m.Identifier = largeIdentifier()
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	require.Greater(t, len(raw), 64<<10)
	return raw
}

// largeIdentifier is as large as Envoy's, which lists 516 extensions, and has
// metadata of a kind that nobody needs besides.
func largeIdentifier() *accesslogservicev3.StreamAccessLogsMessage_Identifier {
	id := testIdentifier("sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local")
	for i := range 516 {
		id.Node.Extensions = append(id.Node.Extensions, &corev3.Extension{
			Name: fmt.Sprintf("envoy.filters.http.extension_%d", i), Category: "envoy.filters.http",
			TypeUrls: []string{"envoy.extensions.filters.http." + strings.Repeat("x", 60) + ".v3.Config"},
		})
	}
	id.Node.Metadata = &structpb.Struct{Fields: map[string]*structpb.Value{
		"NAMESPACE": structpb.NewStringValue("default"),
		"OTHER":     structpb.NewStringValue(strings.Repeat("y", 10<<10)),
	}}
	return id
}

// heap is what is in use after a collection, stacks included.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func testIdentifier(node string) *accesslogservicev3.StreamAccessLogsMessage_Identifier {
	return &accesslogservicev3.StreamAccessLogsMessage_Identifier{LogName: "log", Node: &corev3.Node{Id: node, Cluster: "sleep.default"}}
}

// testMessage holds the end of one request.
func testMessage(node, route string) *message {
	return httpMessage(testIdentifier(node), &accesslogv3.HTTPAccessLogEntry{
		CommonProperties: &accesslogv3.AccessLogCommon{AccessLogType: accesslogv3.AccessLogType_DownstreamEnd, RouteName: route},
	})
}
