// SPDX-License-Identifier: Apache-2.0

package attack_test

import (
	"net"
	"testing"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

func decoded(t *testing.T, request []byte) plog.Logs {
	t.Helper()
	r := plogotlp.NewExportRequest()
	require.NoError(t, r.UnmarshalProto(request))
	return r.Logs()
}

func decodedJSON(t *testing.T, request []byte) plog.Logs {
	t.Helper()
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(request)
	require.NoError(t, err)
	return logs
}

func onlyRecord(t *testing.T, logs plog.Logs) plog.LogRecord {
	t.Helper()
	require.Equal(t, 1, logs.LogRecordCount())
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

func depth(v pcommon.Value) (n int) {
	for ; v.Type() == pcommon.ValueTypeSlice && v.Slice().Len() > 0; n++ {
		v = v.Slice().At(0)
	}
	return n
}

// Each flood is what a decoder takes for a request, and as many objects as it says.
func TestFloods(t *testing.T) {
	const size = 200
	assert.Equal(t, size/2, decoded(t, attack.EmptyResources(size)).ResourceLogs().Len())
	assert.Equal(t, size/2, decoded(t, attack.EmptyScopes(size)).ResourceLogs().At(0).ScopeLogs().Len())
	assert.Equal(t, size/2, decoded(t, attack.EmptyRecords(size)).LogRecordCount())
	assert.Equal(t, size/2, onlyRecord(t, decoded(t, attack.EmptyAttributes(size))).Attributes().Len())
	assert.Equal(t, size/3+1, decodedJSON(t, attack.EmptyRecordsJSON(size)).LogRecordCount())
	assert.Equal(t, size/3+1, onlyRecord(t, decodedJSON(t, attack.EmptyValuesJSON(size))).Body().Slice().Len())
	assert.Equal(t, 3, decoded(t, attack.Ones(3, size)).LogRecordCount())

	assert.Greater(t, depth(onlyRecord(t, decoded(t, attack.NestedArrays(size))).Body()), 20)
	assert.Equal(t, size/27-1, depth(onlyRecord(t, decodedJSON(t, attack.NestedArraysJSON(size))).Body()))
	decodedJSON(t, attack.NestedUnknownJSON(size))

	var m accesslogservicev3.StreamAccessLogsMessage
	require.NoError(t, proto.Unmarshal(attack.EmptyEntries(size), &m))
	assert.Len(t, m.GetHttpLogs().GetLogEntry(), size/2)
	require.NoError(t, proto.Unmarshal(attack.EmptySANs(size), &m))
	entry := m.GetHttpLogs().GetLogEntry()[0].GetCommonProperties()
	assert.Len(t, entry.GetTlsProperties().GetLocalCertificateProperties().GetSubjectAltName(), size/2)
	assert.Equal(t, "TcpConnectionEnd", entry.GetAccessLogType().String())
}

type exporter struct {
	plogotlp.UnimplementedGRPCServer
}

// The client heeds flow control with messages larger than any window, tells the
// answer, and leaves open what it does not finish.
func TestHTTP2(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, &exporter{})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := attack.DialHTTP2(t.Context(), attack.Bystander, listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })

	unfinished, err := conn.OpenGRPC(attack.ExportLogs, false)
	require.NoError(t, err)
	require.NoError(t, unfinished.Write(attack.Unfinished(1<<20)))
	whole, err := conn.OpenGRPC(attack.ExportLogs, false)
	require.NoError(t, err)
	require.NoError(t, whole.Write(attack.Message(attack.Ones(1, 1<<20), false)))
	require.NoError(t, whole.End())
	answer, err := whole.Answer()
	require.NoError(t, err)
	assert.Equal(t, attack.Answer{HTTP: 200, GRPC: "12", Message: "method Export not implemented"}, answer)
	require.NoError(t, conn.Err())

	server.Stop()
	_, err = unfinished.Answer()
	require.Error(t, err, "the connection ended")
}

func TestConnections(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	const n = 5
	conns, err := attack.Idle(t.Context(), attack.Bystander, listener.Addr().String(), n)
	require.NoError(t, err)
	for i := range n {
		c, err := listener.Accept()
		require.NoError(t, err)
		assert.Contains(t, c.RemoteAddr().String(), attack.Bystander+":")
		if i < 2 {
			require.NoError(t, c.Close())
		} else {
			t.Cleanup(func() { _ = c.Close() })
		}
	}
	// On a busy machine a look may come too late to read that a connection was closed.
	require.Eventually(t, func() bool { return conns.OpenAfter(time.Now().Add(100*time.Millisecond)) == n-2 }, time.Minute, time.Millisecond)
	require.NoError(t, conns.Close())
}
