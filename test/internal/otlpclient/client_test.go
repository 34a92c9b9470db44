// SPDX-License-Identifier: Apache-2.0

package otlpclient_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// server keeps what it receives and rejects as many records as it is told.
type server struct {
	plogotlp.UnimplementedGRPCServer
	got    []plog.Logs
	reject int64
}

func (s *server) Export(_ context.Context, r plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	s.got = append(s.got, r.Logs())
	resp := plogotlp.NewExportResponse()
	resp.PartialSuccess().SetRejectedLogRecords(s.reject)
	return resp, nil
}

func serve(t *testing.T) (*server, *otlpclient.Client) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s, grpcServer := &server{}, grpc.NewServer()
	plogotlp.RegisterGRPCServer(grpcServer, s)
	go func() { _ = grpcServer.Serve(listener) }()
	t.Cleanup(grpcServer.Stop)
	c, err := otlpclient.Dial(listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return s, c
}

func record(body string) plog.Logs {
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(body)
	return logs
}

func TestSend(t *testing.T) {
	s, c := serve(t)
	require.NoError(t, c.Send(t.Context(), record("a")))
	raw, err := otlpclient.Marshal(record("b"))
	require.NoError(t, err)
	require.NoError(t, c.SendRaw(t.Context(), raw))
	assert.Equal(t, []plog.Logs{record("a"), record("b")}, s.got)

	require.Error(t, c.SendRaw(t.Context(), []byte("no message")))
	s.reject = 1
	require.ErrorContains(t, c.Send(t.Context(), record("c")), "1 of 1 records rejected")
}

func TestReadJSONL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "requests.jsonl")
	line := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}}]}]}]}` + "\n"
	require.NoError(t, os.WriteFile(path, []byte(line+"\n"+line), 0o600))
	requests, err := otlpclient.ReadJSONL(path)
	require.NoError(t, err)
	assert.Equal(t, []plog.Logs{record("a"), record("a")}, requests)

	require.NoError(t, os.WriteFile(path, []byte(line+"{\n"), 0o600))
	_, err = otlpclient.ReadJSONL(path)
	require.ErrorContains(t, err, "requests.jsonl:2: ")
}

func TestBatch(t *testing.T) {
	requests := []plog.Logs{record("a"), record("b"), record("c")}
	batches := otlpclient.Batch(requests, 2)
	require.Len(t, batches, 2)
	assert.Equal(t, 2, batches[0].LogRecordCount())
	assert.Equal(t, 1, batches[1].LogRecordCount())
	assert.Equal(t, "a", requests[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Str(), "the input stays")
}
