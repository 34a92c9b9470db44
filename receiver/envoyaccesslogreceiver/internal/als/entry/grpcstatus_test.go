// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

func TestMissingGRPCStatus(t *testing.T) {
	const grpc = "application/grpc"
	cut := &accesslogv3.ResponseFlags{DownstreamConnectionTermination: true}
	for name, tc := range map[string]struct {
		contentType       string
		code              uint32 // 0 is none
		flags             *accesslogv3.ResponseFlags
		headers, trailers map[string]string
		want              int64 // -1 is none
	}{
		"200 DC":               {grpc, 200, cut, nil, nil, 2},
		"200 UC":               {grpc + "+proto", 200, &accesslogv3.ResponseFlags{UpstreamConnectionTermination: true}, nil, nil, 2},
		"200 that ended well":  {grpc, 200, nil, nil, nil, -1},
		"200 DI":               {grpc, 200, &accesslogv3.ResponseFlags{DelayInjected: true}, nil, nil, -1},
		"200 with empty flags": {grpc, 200, &accesslogv3.ResponseFlags{}, nil, nil, -1},
		"400":                  {grpc, 400, nil, nil, nil, 13},
		"401":                  {grpc, 401, nil, nil, nil, 16},
		"403":                  {grpc, 403, nil, nil, nil, 7},
		"404":                  {grpc, 404, nil, nil, nil, 12},
		"429":                  {grpc, 429, nil, nil, nil, 14},
		"500":                  {grpc, 500, nil, nil, nil, 2},
		"502":                  {grpc, 502, nil, nil, nil, 14},
		"503":                  {grpc, 503, cut, map[string]string{"content-type": "text/plain"}, nil, 14},
		"504":                  {grpc, 504, nil, nil, nil, 14},
		"no code":              {grpc, 0, cut, nil, nil, -1},
		"no registered code":   {grpc, 1000, cut, nil, nil, -1},
		"status in a header":   {grpc, 503, cut, map[string]string{"grpc-status": "4"}, nil, 4},
		"status in a trailer":  {grpc, 200, cut, nil, map[string]string{"grpc-status": "0"}, 0},
		"no number":            {grpc, 503, cut, map[string]string{"grpc-status": "x"}, nil, -1},
		"gRPC-Web":             {"application/grpc-web", 503, cut, nil, nil, -1},
		"HTTP":                 {"text/html", 503, cut, nil, nil, -1},
		"no content type":      {"", 503, cut, nil, nil, -1},
	} {
		t.Run(name, func(t *testing.T) {
			e := &accesslogv3.HTTPAccessLogEntry{
				CommonProperties: &accesslogv3.AccessLogCommon{ResponseFlags: tc.flags},
				Request:          &accesslogv3.HTTPRequestProperties{RequestHeaders: map[string]string{"content-type": tc.contentType}},
				Response:         &accesslogv3.HTTPResponseProperties{ResponseHeaders: tc.headers, ResponseTrailers: tc.trailers},
			}
			if tc.code != 0 {
				e.Response.ResponseCode = wrapperspb.UInt32(tc.code)
			}
			got, ok := attributesOf(t, e).Get(accesslog.GRPCStatusNumber.Key())
			assert.Equal(t, tc.want >= 0, ok)
			if ok {
				assert.Equal(t, tc.want, got.Int())
			}
		})
	}
}
