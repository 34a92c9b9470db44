// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

// otlpConfig listens for OTLP alone, on ports of its own.
func otlpConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Limits.MessageTimeout = patience
	cfg.Protocols.OTLP.GRPC.GetOrInsertDefault().NetAddr.Endpoint = "localhost:0"
	cfg.Protocols.OTLP.HTTP.GetOrInsertDefault().ServerConfig.NetAddr.Endpoint = "localhost:0"
	return cfg
}

// endpoints are where a receiver takes OTLP.
type endpoints struct{ grpc, http string }

// startOTLP runs a receiver with these settings.
func startOTLP(t testing.TB, cfg *Config, next consumer.Logs) (endpoints, *componenttest.Telemetry, *accessLogReceiver) {
	t.Helper()
	r, tel := start(t, cfg, next, componenttest.NewNopHost())
	var e endpoints
	for _, s := range r.servers {
		switch s.protocol {
		case protocolOTLPGRPC:
			e.grpc = s.listener.Addr().String()
		case protocolOTLPHTTP:
			e.http = s.listener.Addr().String()
		}
	}
	return e, tel, r
}

// startStock runs the Collector's own receiver. It does not say which ports the kernel
// gave it, so it is told some. Another program may take one before it does.
func startStock(t testing.TB, next consumer.Logs) endpoints {
	t.Helper()
	for {
		e := endpoints{freeAddress(t), freeAddress(t)}
		cfg := otlpreceiver.NewFactory().CreateDefaultConfig().(*otlpreceiver.Config)
		cfg.Protocols.GRPC.GetOrInsertDefault().NetAddr.Endpoint = e.grpc
		cfg.Protocols.HTTP.GetOrInsertDefault().ServerConfig.NetAddr.Endpoint = e.http
		set := receivertest.NewNopSettings(component.MustNewType("otlp"))
		r, err := otlpreceiver.NewFactory().CreateLogs(t.Context(), set, cfg, next)
		require.NoError(t, err)
		err = r.Start(t.Context(), componenttest.NewNopHost())
		if errors.Is(err, syscall.EADDRINUSE) {
			require.NoError(t, r.Shutdown(t.Context()))
			continue
		}
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, r.Shutdown(context.Background())) })
		return e
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func nopSettings() receiver.Settings { return receivertest.NewNopSettings(metadata.Type) }

// none is a protocol that is not configured.
func none[T any]() configoptional.Optional[T] { return configoptional.None[T]() }

// bytesCodec sends and receives bytes as they are.
type bytesCodec struct{}

var _ encoding.CodecV2 = bytesCodec{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

const exportMethod = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

// dialOTLP gives a client of an endpoint.
func dialOTLP(t testing.TB, endpoint string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// export sends a serialized request over gRPC and gives the response's bytes.
func export(ctx context.Context, conn *grpc.ClientConn, body []byte, options ...grpc.CallOption) ([]byte, error) {
	var response []byte
	err := conn.Invoke(ctx, exportMethod, &body, &response, append(options, grpc.ForceCodecV2(bytesCodec{}))...)
	return response, err
}

// response is what an HTTP server answered.
type response struct {
	code        int
	contentType string
	retryAfter  string
	body        string
}

// post sends a request over HTTP; headers are given as key and value by turns.
func post(t testing.TB, method, url string, body []byte, headers ...string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return response{resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Retry-After"), string(b)}
}

func (e endpoints) url() string { return "http://" + e.http + "/v1/logs" }

// recorded gives requests as proxies of a mesh sent them, in OTLP's JSON and in
// protobuf.
func recorded(t testing.TB, file string) (asJSON, asProtobuf [][]byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../testdata/captures", file))
	require.NoError(t, err)
	for line := range bytes.Lines(b) {
		request := plogotlp.NewExportRequest()
		require.NoError(t, request.UnmarshalJSON(line))
		p, err := request.MarshalProto()
		require.NoError(t, err)
		asJSON, asProtobuf = append(asJSON, bytes.TrimSpace(line)), append(asProtobuf, p)
	}
	require.NotEmpty(t, asJSON)
	return asJSON, asProtobuf
}
