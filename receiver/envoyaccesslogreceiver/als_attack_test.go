// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// connectFrom connects from an address.
func connectFrom(t *testing.T, endpoint, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:"+endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry(),
		grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) {
			return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext(ctx, "tcp", to)
		}))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// connectionEnd is a connection as the logger for HTTP tells it.
func connectionEnd(stream, extra string) *accesslogv3.HTTPAccessLogEntry {
	return &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
		AccessLogType: accesslogv3.AccessLogType_TcpConnectionEnd, StreamId: stream, StartTime: timestamppb.New(time.Unix(1, 0)),
		CustomTags: map[string]string{"extra": extra},
	}}
}

// Who sends under a victim's node id, and fills the memory for entries that
// wait, has none of its entries left out.
func TestNobodyRemovesAnothersEntries(t *testing.T) {
	const victims, node = 198, "sidecar~10.0.0.1~victim.default~default.svc.cluster.local"
	for _, address := range []string{"127.0.0.2", "127.0.0.1"} {
		t.Run("from "+address, func(t *testing.T) {
			cfg := testConfig()
			cfg.Entries.MaxMemoryMiB = 1
			cfg.Entries.Wait = 500 * time.Millisecond
			sink := new(consumertest.LogsSink)
			r, tel, conn := startReceiver(t, cfg, sink)
			attacker := openStream(t, connectFrom(t, r.servers[0].listener.Addr().String(), address))
			// A pair makes the receiver believe that the node has two loggers.
			native := connectionEnd("1", "")
			require.NoError(t, attacker.Send(tcpMessage(testIdentifier(node), &accesslogv3.TCPAccessLogEntry{CommonProperties: native.CommonProperties})))
			require.NoError(t, attacker.Send(httpMessage(testIdentifier(node), native)))
			victim := openStream(t, conn)
			extra := fmt.Sprintf("%01000d", 0)
			for i := range victims {
				for j := range 20 {
					require.NoError(t, attacker.Send(httpMessage(nil, connectionEnd(fmt.Sprint("attack", i, "-", j), extra))))
				}
				require.NoError(t, victim.Send(httpMessage(testIdentifier(node), connectionEnd("victim"+strconv.Itoa(i), ""))))
			}
			for _, s := range []logStream{attacker, victim} {
				_, err := s.CloseAndRecv()
				require.NoError(t, err)
			}
			require.NoError(t, r.Shutdown(t.Context()))
			counted := map[string]int{}
			for _, ld := range sink.AllLogs() {
				for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
					id, _ := lr.Attributes().Get("stream_id")
					counted[id.Str()]++
				}
			}
			for i := range victims {
				assert.Equal(t, 1, counted["victim"+strconv.Itoa(i)])
			}
			assert.Positive(t, value(t, tel, "otelcol_receiver_envoy_access_log_pairing_overflows", "action", "passed"))
			assert.Equal(t, int64(1), value(t, tel, entriesMetric, "outcome", "duplicate"), "the attacker's own")
		})
	}
}
