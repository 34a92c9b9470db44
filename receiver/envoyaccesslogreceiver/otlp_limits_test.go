// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcgzip "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	typeJSON     = "application/json"
	typeProtobuf = "application/x-protobuf"
)

// oneRecord is a request with a record whose body is this text.
func oneRecord(text string) plog.Logs {
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(text)
	return logs
}

func asProtobuf(t testing.TB, logs plog.Logs) []byte {
	t.Helper()
	b, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	require.NoError(t, err)
	return b
}

// nested is a record whose body is an array in an array, and so on.
func nested(depth int) plog.Logs {
	logs := oneRecord("")
	v := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body()
	for range depth {
		v = v.SetEmptySlice().AppendEmpty()
	}
	return logs
}

// attributes is a record with so many attributes.
func attributes(n int) plog.Logs {
	logs := oneRecord("")
	m := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
	for i := range n {
		m.PutInt(strconv.Itoa(i), 1)
	}
	return logs
}

// empties is a request with so many empty records: two bytes each.
func empties(n int) []byte {
	records := []byte(strings.Repeat("\x12\x00", n))
	scope := protowire.AppendBytes([]byte{0x12}, records)
	return protowire.AppendBytes([]byte{0x0a}, scope)
}

// What is refused for what it would cost, over each protocol.
func TestOTLPRefusedBeforeDecoding(t *testing.T) {
	for name, c := range map[string]struct {
		body   []byte
		reason string
		code   codes.Code
		http   int
	}{
		"deep":            {asProtobuf(t, nested(60)), "too_deep", codes.InvalidArgument, http.StatusBadRequest},
		"many attributes": {asProtobuf(t, attributes(1025)), "too_many_attributes", codes.InvalidArgument, http.StatusBadRequest},
		"empty records":   {empties(2_000_000), "too_much_memory", codes.ResourceExhausted, http.StatusRequestEntityTooLarge},
		"cut off":         {asProtobuf(t, oneRecord("text"))[:12], "malformed", codes.InvalidArgument, http.StatusBadRequest},
		"too large":       {asProtobuf(t, oneRecord(strings.Repeat("x", 5<<20))), "too_large", codes.ResourceExhausted, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := otlpConfig()
			// As over gRPC: more takes long on a busy machine.
			cfg.Protocols.OTLP.HTTP.Get().ServerConfig.MaxRequestBodySize = 4 << 20
			sink := new(consumertest.LogsSink)
			e, tel, r := startOTLP(t, cfg, sink)
			conn := dialOTLP(t, e.grpc)
			sent := 0
			for _, compression := range []string{"", grpcgzip.Name} {
				_, err := export(t.Context(), conn, c.body, grpc.UseCompressor(compression), grpc.MaxCallSendMsgSize(64<<20))
				assert.Equal(t, c.code, status.Code(err), "%v", err)
				assert.Empty(t, status.Convert(err).Details(), "it must not be sent again")
				sent++
			}
			// gRPC answers by itself what is too large, and tells the receiver afterwards.
			require.EventuallyWithT(t, func(to *assert.CollectT) {
				assert.Equal(to, int64(sent), value(to, tel, "otelcol_receiver_envoy_access_log_refused_requests", "protocol", "otlp_grpc", "reason", c.reason))
			}, patience, time.Millisecond)
			for _, encoding := range []string{"gzip", "zstd", "snappy", "lz4"} {
				got := post(t, http.MethodPost, e.url(), pack(t, encoding, c.body), "Content-Type", typeProtobuf, "Content-Encoding", encoding)
				assert.Equal(t, c.http, got.code, "%s: %s", encoding, got.body)
				assert.Empty(t, got.retryAfter)
			}
			assert.Equal(t, int64(4), value(t, tel, "otelcol_receiver_envoy_access_log_refused_requests", "protocol", "otlp_http", "reason", c.reason))

			_, err := export(t.Context(), conn, asProtobuf(t, oneRecord("good")))
			require.NoError(t, err)
			assert.Equal(t, 1, sink.LogRecordCount())
			assert.Eventually(t, func() bool { return r.admission.Stats().HeldBytes == 0 }, patience, time.Millisecond)
		})
	}
}

// JSON can be nested where nothing is decoded, too.
func TestOTLPDeepJSON(t *testing.T) {
	for name, body := range map[string]string{
		"array":   strings.Repeat("[", 1<<20),
		"unknown": `{"unknown":` + strings.Repeat(`{"a":`, 1<<20),
		"values":  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":` + strings.Repeat(`{"arrayValue":{"values":[`, 1<<17),
	} {
		t.Run(name, func(t *testing.T) {
			e, tel, _ := startOTLP(t, otlpConfig(), consumertest.NewNop())
			got := post(t, http.MethodPost, e.url(), []byte(body), "Content-Type", typeJSON)
			assert.Equal(t, http.StatusBadRequest, got.code, got.body)
			assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_envoy_access_log_refused_requests"))
		})
	}
}

// A string that is not UTF-8 costs its bytes, and no record.
func TestOTLPInvalidUTF8(t *testing.T) {
	logs := oneRecord("a\xffb")
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	record.Attributes().PutStr("key\xc3", "v\xf0\x9f\x92")
	record.Attributes().PutEmptyBytes("bytes").FromRaw([]byte("\xff\xfe"))
	logs.ResourceLogs().At(0).Resource().Attributes().PutStr("node_name", "sidecar~10.0.0.1~a.ns\xfe~x")
	body := asProtobuf(t, logs)
	json, err := plogotlp.NewExportRequestFromLogs(logs).MarshalJSON()
	require.NoError(t, err)
	if !strings.Contains(string(json), "\xff") {
		// The library has repaired it already.
		json = []byte(strings.ReplaceAll(strings.ReplaceAll(string(json), "\\ufffd", "\xff"), "\xef\xbf\xbd", "\xff"))
	}

	sink := new(consumertest.LogsSink)
	e, tel, _ := startOTLP(t, otlpConfig(), sink)
	_, err = export(t.Context(), dialOTLP(t, e.grpc), body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, post(t, http.MethodPost, e.url(), body, "Content-Type", typeProtobuf).code)
	require.Equal(t, http.StatusOK, post(t, http.MethodPost, e.url(), json, "Content-Type", typeJSON).code)
	require.Equal(t, 3, sink.LogRecordCount())
	for _, got := range sink.AllLogs() {
		record := got.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		assert.Equal(t, "a?b", record.Body().Str())
		node, _ := got.ResourceLogs().At(0).Resource().Attributes().Get("node_name")
		assert.Equal(t, "sidecar~10.0.0.1~a.ns?~x", node.Str())
		bytes, ok := record.Attributes().Get("bytes")
		require.True(t, ok)
		assert.Equal(t, []byte("\xff\xfe"), bytes.Bytes().AsRaw())
		assert.Equal(t, 2, record.Attributes().Len())
	}
	assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_envoy_access_log_repaired_requests", "protocol", "otlp_grpc"))
	assert.Equal(t, int64(2), value(t, tel, "otelcol_receiver_envoy_access_log_repaired_requests", "protocol", "otlp_http"))
	assert.NotZero(t, value(t, tel, "otelcol_receiver_envoy_access_log_proxy_last_heard", "namespace", "ns?", "client_address", "127.0.0.1"))
}

// Without room a client is told when to try again.
func TestOTLPNoRoom(t *testing.T) {
	e, tel, r := startOTLP(t, otlpConfig(), consumertest.NewNop())
	all, err := r.admission.Acquire(t.Context(), "10.0.0.1", r.admission.Stats().MaxBytes-5<<19, nil)
	require.NoError(t, err)
	defer all.Release()
	// It has room as it comes, and none decoded.
	body := asProtobuf(t, oneRecord(strings.Repeat("x", 3<<19)))
	_, err = export(t.Context(), dialOTLP(t, e.grpc), body)
	assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	require.Len(t, status.Convert(err).Details(), 1)
	assert.Equal(t, time.Second, status.Convert(err).Details()[0].(*errdetails.RetryInfo).GetRetryDelay().AsDuration())
	got := post(t, http.MethodPost, e.url(), body, "Content-Type", typeProtobuf)
	assert.Equal(t, http.StatusServiceUnavailable, got.code)
	assert.Equal(t, "1", got.retryAfter)
	for _, p := range []string{"otlp_grpc", "otlp_http"} {
		assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_envoy_access_log_refused_requests", "protocol", p, "reason", "in_flight_memory"))
	}
}

// A body that is announced and does not come loses to those that do.
func TestOTLPSlowBodies(t *testing.T) {
	cfg := otlpConfig()
	cfg.Limits.InFlightMiB, cfg.Limits.RequestMiB = 8, 4
	cfg.Protocols.OTLP.HTTP.Get().ServerConfig.MaxRequestBodySize = 4 << 20
	sink := new(consumertest.LogsSink)
	e, _, r := startOTLP(t, cfg, sink)
	for range 8 {
		conn, err := net.Dial("tcp", e.http)
		require.NoError(t, err)
		defer conn.Close()
		const size = 2 << 20
		fmt.Fprintf(conn, "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", typeProtobuf, size)
		// The server may have closed it.
		_, _ = conn.Write(make([]byte, size-1))
	}
	conn := dialOTLP(t, e.grpc)
	for range 20 {
		_, err := export(t.Context(), conn, asProtobuf(t, oneRecord("honest")))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, post(t, http.MethodPost, e.url(), asProtobuf(t, oneRecord("honest")), "Content-Type", typeProtobuf).code)
	}
	assert.Equal(t, 40, sink.LogRecordCount())
	assert.LessOrEqual(t, r.admission.Stats().HeldBytes, r.admission.Stats().MaxBytes)
}

// Each protocol works without the others.
func TestProtocolsAlone(t *testing.T) {
	t.Run("otlp grpc", func(t *testing.T) {
		cfg := otlpConfig()
		cfg.Protocols.OTLP.HTTP = none[OTLPHTTPConfig]()
		sink := new(consumertest.LogsSink)
		e, _, r := startOTLP(t, cfg, sink)
		require.Len(t, r.servers, 1)
		_, err := export(t.Context(), dialOTLP(t, e.grpc), asProtobuf(t, oneRecord("text")))
		require.NoError(t, err)
		assert.Equal(t, 1, sink.LogRecordCount())
	})
	t.Run("otlp http", func(t *testing.T) {
		cfg := createDefaultConfig().(*Config)
		cfg.Protocols.OTLP.HTTP.GetOrInsertDefault().ServerConfig.NetAddr.Endpoint = "localhost:0"
		sink := new(consumertest.LogsSink)
		e, _, r := startOTLP(t, cfg, sink)
		require.Len(t, r.servers, 1)
		require.Equal(t, http.StatusOK, post(t, http.MethodPost, e.url(), []byte("{}"), "Content-Type", typeJSON).code)
	})
}

// Metrics and traces are not served.
func TestOTLPLogsOnly(t *testing.T) {
	e, _, _ := startOTLP(t, otlpConfig(), consumertest.NewNop())
	var request, answer []byte
	err := dialOTLP(t, e.grpc).Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", &request, &answer, grpc.ForceCodecV2(bytesCodec{}))
	assert.Equal(t, codes.Unimplemented, status.Code(err), "%v", err)
	got := post(t, http.MethodPost, "http://"+e.http+"/v1/traces", []byte("{}"), "Content-Type", typeJSON)
	assert.Equal(t, http.StatusNotFound, got.code)
}

// A stop does not wait for those who do not end their requests.
func TestStopWithUnfinishedBody(t *testing.T) {
	e, _, r := startOTLP(t, otlpConfig(), consumertest.NewNop())
	conn, err := net.Dial("tcp", e.http)
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\nx", typeJSON)
	require.Eventually(t, func() bool { return r.open().Connections == 1 && r.admission.Stats().HeldBytes > 0 }, patience, time.Millisecond)
	require.NoError(t, r.Shutdown(t.Context()))
	_, err = io.ReadAll(conn)
	_ = err // closed, or reset
	assert.Zero(t, r.admission.Stats().HeldBytes)
}

func TestOTLPOnTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	cfg := otlpConfig()
	cfg.Protocols.OTLP.HTTP.Get().ServerConfig.NetAddr.Endpoint = l.Addr().String()
	r, err := newReceiver(nopSettings(), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "address already in use")
	require.NoError(t, r.Shutdown(t.Context()))
}
