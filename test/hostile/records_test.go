// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"fmt"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// blockedAddress is where the workloads try to connect to.
const blockedAddress = "203.0.113.9"

// blockedText is Istio's line of a connection that was blocked.
const blockedText = `[2026-11-23T03:26:42.738Z] "- - -" 0 UH - - "-" 0 0 0 - "-" "-" "-" "-" "-" BlackHoleCluster - ` + blockedAddress + ":443 10.244.0.8:38258 - -\n"

const namespace = "shop"

// textRequest is an OTLP request with such a line. Its sender stands on the
// resource, as k8s_attributes puts it there.
func textRequest(t *testing.T, workload string) []byte {
	t.Helper()
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("k8s.namespace.name", namespace)
	rl.Resource().Attributes().PutStr("k8s.deployment.name", workload)
	rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(blockedText)
	b, err := otlpclient.Marshal(logs)
	require.NoError(t, err)
	return b
}

// labelsRequest is an OTLP request with the recommended labels of such a
// connection, and more of them, written name, value.
func labelsRequest(t *testing.T, workload string, more ...string) []byte {
	t.Helper()
	logs := plog.NewLogs()
	lr := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	lr.Body().SetStr("TcpConnectionEnd")
	for name, value := range map[string]string{
		"access_log_type": "TcpConnectionEnd", "listener_direction": "2",
		"node_id": nodeID(workload), "workload_name": workload, "namespace": namespace,
		"upstream_cluster_raw": "BlackHoleCluster", "upstream_host": "-",
		"downstream_local_address": blockedAddress + ":443", "response_flags": "UH",
		"downstream_wire_bytes_received": "0", "downstream_wire_bytes_sent": "0",
	} {
		lr.Attributes().PutStr(name, value)
	}
	for i := 0; i < len(more); i += 2 {
		lr.Attributes().PutStr(more[i], more[i+1])
	}
	b, err := otlpclient.Marshal(logs)
	require.NoError(t, err)
	return b
}

// The same by Envoy's access log service.

func nodeID(workload string) string {
	return fmt.Sprintf("sidecar~10.244.0.8~%s-7656cf8794-cgsm5.%s~%s.svc.cluster.local", workload, namespace, namespace)
}

func identifier(t *testing.T, node, workload string) *servicev3.StreamAccessLogsMessage_Identifier {
	t.Helper()
	metadata, err := structpb.NewStruct(map[string]any{"NAMESPACE": namespace, "WORKLOAD_NAME": workload, "CLUSTER_ID": "Kubernetes"})
	require.NoError(t, err)
	return &servicev3.StreamAccessLogsMessage_Identifier{
		LogName: "http_envoy_accesslog",
		Node:    &corev3.Node{Id: node, Cluster: workload + "." + namespace, Metadata: metadata},
	}
}

// blockedConnection is the entry of such a connection, number n of its sender.
func blockedConnection(workload string, n int) *accesslogv3.AccessLogCommon {
	return &accesslogv3.AccessLogCommon{
		AccessLogType: accesslogv3.AccessLogType_TcpConnectionEnd,
		StreamId:      fmt.Sprintf("%s-%d", workload, n),
		StartTime:     timestamppb.New(time.Unix(1795404482, int64(n))),

		DownstreamLocalAddress:  socketAddress(blockedAddress, 443),
		DownstreamRemoteAddress: socketAddress("10.244.0.8", 38258),
		ResponseFlags:           &accesslogv3.ResponseFlags{NoHealthyUpstream: true},
	}
}

func socketAddress(ip string, port uint32) *corev3.Address {
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: ip, PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
	}}}
}

// byHTTP and byTCP are messages of the two loggers. Istio has both log
// connections; see the receiver's README.
func byHTTP(entries ...*accesslogv3.HTTPAccessLogEntry) *servicev3.StreamAccessLogsMessage {
	return &servicev3.StreamAccessLogsMessage{LogEntries: &servicev3.StreamAccessLogsMessage_HttpLogs{
		HttpLogs: &servicev3.StreamAccessLogsMessage_HTTPAccessLogEntries{LogEntry: entries},
	}}
}

func byTCP(entries ...*accesslogv3.TCPAccessLogEntry) *servicev3.StreamAccessLogsMessage {
	return &servicev3.StreamAccessLogsMessage{LogEntries: &servicev3.StreamAccessLogsMessage_TcpLogs{
		TcpLogs: &servicev3.StreamAccessLogsMessage_TCPAccessLogEntries{LogEntry: entries},
	}}
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	require.NoError(t, err)
	return b
}

func httpEntry(workload string, n int) *servicev3.StreamAccessLogsMessage {
	return byHTTP(&accesslogv3.HTTPAccessLogEntry{CommonProperties: blockedConnection(workload, n)})
}

func tcpEntry(workload string, n int) *accesslogv3.TCPAccessLogEntry {
	return &accesslogv3.TCPAccessLogEntry{CommonProperties: blockedConnection(workload, n)}
}
