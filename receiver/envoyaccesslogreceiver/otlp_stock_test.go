// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcgzip "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
)

// pack packs data as a Content-Encoding says.
func pack(t testing.TB, encoding string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w interface {
		Write([]byte) (int, error)
		Close() error
	}
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib", "deflate":
		w = zlib.NewWriter(&b)
	case "zstd":
		encoder, err := zstd.NewWriter(&b)
		require.NoError(t, err)
		w = encoder
	case "lz4":
		w = lz4.NewWriter(&b)
	case "x-snappy-framed":
		w = snappy.NewBufferedWriter(&b)
	case "snappy":
		return snappy.Encode(nil, data)
	default:
		return data
	}
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// both runs the Collector's receiver and ours, and compares what they passed on.
type both struct {
	stock, ours         endpoints
	fromStock, fromOurs *consumertest.LogsSink
}

func startBoth(t *testing.T) both {
	t.Helper()
	b := both{fromStock: new(consumertest.LogsSink), fromOurs: new(consumertest.LogsSink)}
	b.stock = startStock(t, b.fromStock)
	b.ours, _, _ = startOTLP(t, otlpConfig(), b.fromOurs)
	return b
}

func (b both) sameRecords(t *testing.T, n int) {
	t.Helper()
	require.Equal(t, n, b.fromOurs.LogRecordCount())
	require.Equal(t, b.fromStock.AllLogs(), b.fromOurs.AllLogs())
	b.fromStock.Reset()
	b.fromOurs.Reset()
}

var captures = []string{"sidecars/labels.jsonl", "sidecars/text.jsonl", "recommended-labels/labels.jsonl", "tcp-periodic/text.jsonl"}

func countRecords(t *testing.T, asJSON [][]byte) (n int) {
	t.Helper()
	for _, b := range asJSON {
		logs, err := new(plog.JSONUnmarshaler).UnmarshalLogs(b)
		require.NoError(t, err)
		n += logs.LogRecordCount()
	}
	return n
}

// The same bytes over gRPC give the same records and the same response.
func TestOTLPGRPCAsStock(t *testing.T) {
	b := startBoth(t)
	stock, ours := dialOTLP(t, b.stock.grpc), dialOTLP(t, b.ours.grpc)
	for _, file := range captures {
		for _, compression := range []string{"", grpcgzip.Name, "zstd", "snappy"} {
			t.Run(file+" "+compression, func(t *testing.T) {
				asJSON, requests := recorded(t, file)
				for _, body := range requests {
					want, err := export(t.Context(), stock, body, grpc.UseCompressor(compression))
					require.NoError(t, err)
					got, err := export(t.Context(), ours, body, grpc.UseCompressor(compression))
					require.NoError(t, err)
					require.Equal(t, want, got)
				}
				b.sameRecords(t, countRecords(t, asJSON))
			})
		}
	}
}

// The same bytes over HTTP give the same records and the same response.
func TestOTLPHTTPAsStock(t *testing.T) {
	b := startBoth(t)
	for _, file := range captures {
		for _, encoding := range []string{"", "gzip", "zstd", "zlib", "snappy", "deflate", "lz4", "x-snappy-framed"} {
			t.Run(file+" "+encoding, func(t *testing.T) {
				asJSON, asProtobuf := recorded(t, file)
				for contentType, requests := range map[string][][]byte{"application/json": asJSON, "application/x-protobuf": asProtobuf} {
					for _, body := range requests {
						body = pack(t, encoding, body)
						headers := []string{"Content-Type", contentType}
						if encoding != "" {
							headers = append(headers, "Content-Encoding", encoding)
						}
						want := post(t, http.MethodPost, b.stock.url(), body, headers...)
						require.Equal(t, http.StatusOK, want.code)
						require.Equal(t, want, post(t, http.MethodPost, b.ours.url(), body, headers...))
					}
					b.sameRecords(t, countRecords(t, asJSON))
				}
			})
		}
	}
}

// Requests that are none are answered as the Collector's receiver does.
func TestOTLPHTTPErrorsAsStock(t *testing.T) {
	const jsonType, protobufType = "application/json", "application/x-protobuf"
	b := startBoth(t)
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		body         string
		// Ours says by other words what is wrong with a body.
		otherWords bool
	}{
		"get":                  {method: http.MethodGet, path: "/v1/logs", headers: []string{"Content-Type", jsonType}},
		"put":                  {method: http.MethodPut, path: "/v1/logs", headers: []string{"Content-Type", protobufType}},
		"no content type":      {method: http.MethodPost, path: "/v1/logs", body: "{}"},
		"text":                 {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", "text/plain"}, body: "{}"},
		"bad content type":     {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", "a/b/c;;"}, body: "{}"},
		"charset":              {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType + "; charset=utf-8"}, body: "{}"},
		"other path":           {method: http.MethodPost, path: "/v1/other", headers: []string{"Content-Type", jsonType}, body: "{}"},
		"empty json":           {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType}, body: "{}"},
		"empty protobuf":       {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", protobufType}},
		"unknown encoding":     {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType, "Content-Encoding", "br"}, body: "{}"},
		"unknown for protobuf": {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", protobufType, "Content-Encoding", "br"}},
		"unknown for text":     {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", "text/plain", "Content-Encoding", "br"}},
		"unknown for nothing":  {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Encoding", "br"}},
		"no gzip":              {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType, "Content-Encoding", "gzip"}, body: "{}"},
		"no zstd":              {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType, "Content-Encoding", "zstd"}, body: "{}"},
		"bad json":             {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", jsonType}, body: "{", otherWords: true},
		"bad protobuf":         {method: http.MethodPost, path: "/v1/logs", headers: []string{"Content-Type", protobufType}, body: "\x0a\x7f", otherWords: true},
	} {
		t.Run(name, func(t *testing.T) {
			want := post(t, c.method, "http://"+b.stock.http+c.path, []byte(c.body), c.headers...)
			got := post(t, c.method, "http://"+b.ours.http+c.path, []byte(c.body), c.headers...)
			if c.otherWords {
				want.body, got.body = "", ""
			}
			assert.Equal(t, want, got)
			b.sameRecords(t, 0)
		})
	}
}

// What the next component refuses is answered as the Collector's receiver does.
func TestOTLPRefusalsAsStock(t *testing.T) {
	asJSON, asProtobuf := recorded(t, "sidecars/text.jsonl")
	for name, refusal := range map[string]error{
		"for now":     errors.New("data refused due to high memory usage"),
		"for always":  consumererror.NewPermanent(errors.New("bad data")),
		"exhausted":   status.Error(codes.ResourceExhausted, "slow down"),
		"invalid":     status.Error(codes.InvalidArgument, "no"),
		"canceled":    context.Canceled,
		"own, always": consumererror.NewPermanent(status.Error(codes.PermissionDenied, "not you")),
	} {
		t.Run(name, func(t *testing.T) {
			stock := startStock(t, consumertest.NewErr(refusal))
			ours, tel, _ := startOTLP(t, otlpConfig(), consumertest.NewErr(refusal))
			_, want := export(t.Context(), dialOTLP(t, stock.grpc), asProtobuf[0])
			_, got := export(t.Context(), dialOTLP(t, ours.grpc), asProtobuf[0])
			assert.Equal(t, want, got)
			assert.Equal(t,
				post(t, http.MethodPost, stock.url(), asProtobuf[0], "Content-Type", "application/x-protobuf"),
				post(t, http.MethodPost, ours.url(), asProtobuf[0], "Content-Type", "application/x-protobuf"))
			// protojson puts spaces at random.
			squeeze := func(r response) response { r.body = strings.ReplaceAll(r.body, " ", ""); return r }
			assert.Equal(t,
				squeeze(post(t, http.MethodPost, stock.url(), asJSON[0], "Content-Type", "application/json")),
				squeeze(post(t, http.MethodPost, ours.url(), asJSON[0], "Content-Type", "application/json")))
			assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_refused_log_records", "transport", "grpc"))
			assert.Equal(t, int64(2), value(t, tel, "otelcol_receiver_refused_log_records", "transport", "http"))
			assert.Zero(t, value(t, tel, "otelcol_receiver_envoy_access_log_refused_requests"), "the next component refused it")
		})
	}
}
