// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"net/http"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/rawgrpc"
)

// accountSender sends records and counts them.
type accountSender struct {
	t      *testing.T
	g      *gateway
	client *otlpclient.Client
	// sent counts records and entries. Records of a request that is refused as a whole
	// are not among them: nobody can count them.
	sent int
}

func newAccountSender(t *testing.T, g *gateway, config *tls.Config) *accountSender {
	t.Helper()
	client, err := otlpclient.Dial(g.OTLP)
	if config != nil {
		client, err = otlpclient.DialTLS(g.OTLP, config)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &accountSender{t: t, g: g, client: client}
}

// accountRequest is a request of n equal records.
func accountRequest(n int, fill func(plog.LogRecord)) plog.Logs {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("k8s.namespace.name", "shop")
	rl.Resource().Attributes().PutStr("k8s.deployment.name", "web")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for range n {
		fill(records.AppendEmpty())
	}
	return logs
}

func ofText(line string) func(plog.LogRecord) {
	return func(lr plog.LogRecord) { lr.Body().SetStr(line) }
}

func ofAttributes(attributes map[string]string) func(plog.LogRecord) {
	return func(lr plog.LogRecord) {
		for name, value := range attributes {
			lr.Attributes().PutStr(name, value)
		}
	}
}

// records go over OTLP/gRPC.
func (s *accountSender) records(n int, fill func(plog.LogRecord)) {
	s.t.Helper()
	require.NoError(s.t, s.client.Send(s.t.Context(), accountRequest(n, fill)))
	s.sent += n
}

// turnedAway are requests that a component refuses to take, so that the client learns
// of it.
func (s *accountSender) turnedAway(n int, fill func(plog.LogRecord)) {
	s.t.Helper()
	require.Error(s.t, s.client.Send(s.t.Context(), accountRequest(n, fill)))
	s.sent += n
}

// raw is a request over OTLP/gRPC as it is.
func (s *accountSender) raw(message []byte) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), settleTimeout)
	defer cancel()
	return s.client.SendRaw(ctx, message)
}

// post goes over OTLP/HTTP.
func (s *accountSender) post(contentType string, body []byte, status int) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.g.OTLPHTTP+"/v1/logs", bytes.NewReader(body))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	require.Equal(s.t, status, resp.StatusCode)
}

// als sends messages of a proxy on one stream, the identifier first.
func (s *accountSender) als(entries int, messages ...[]byte) {
	s.t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+s.g.ALS, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { assert.NoError(s.t, conn.Close()) })
	stream, err := conn.NewStream(s.t.Context(), &grpc.StreamDesc{ClientStreams: true}, attack.StreamAccessLogs, grpc.ForceCodecV2(rawgrpc.Codec{}))
	require.NoError(s.t, err)
	first := &servicev3.StreamAccessLogsMessage{Identifier: &servicev3.StreamAccessLogsMessage_Identifier{
		LogName: "envoy_accesslog", Node: &corev3.Node{Id: "sidecar~10.244.0.8~web-7656cf8794-cgsm5.shop~shop.svc.cluster.local"},
	}}
	for _, m := range append([][]byte{s.marshal(first)}, messages...) {
		require.NoError(s.t, stream.SendMsg(m))
	}
	require.NoError(s.t, stream.CloseSend())
	s.sent += entries
}

func (s *accountSender) marshal(m proto.Message) []byte {
	s.t.Helper()
	b, err := proto.Marshal(m)
	require.NoError(s.t, err)
	return b
}

// httpEntries are a message of the logger for HTTP, tcpEntries of that for TCP.
func (s *accountSender) httpEntries(all ...*accesslogv3.HTTPAccessLogEntry) []byte {
	return s.marshal(&servicev3.StreamAccessLogsMessage{LogEntries: &servicev3.StreamAccessLogsMessage_HttpLogs{
		HttpLogs: &servicev3.StreamAccessLogsMessage_HTTPAccessLogEntries{LogEntry: all},
	}})
}

func (s *accountSender) tcpEntries(all ...*accesslogv3.TCPAccessLogEntry) []byte {
	return s.marshal(&servicev3.StreamAccessLogsMessage{LogEntries: &servicev3.StreamAccessLogsMessage_TcpLogs{
		TcpLogs: &servicev3.StreamAccessLogsMessage_TCPAccessLogEntries{LogEntry: all},
	}})
}
