// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestGRPC(t *testing.T) {
	for name, tc := range map[string]struct {
		in                   map[string]string
		wantProtocol, status string
	}{
		"path":                       {map[string]string{}, "grpc", ""},
		"path of HTTP/3":             {map[string]string{"protocol": "HTTP/3"}, "grpc", ""},
		"path of HTTP/1.1":           {map[string]string{"protocol": "HTTP/1.1"}, "http", ""},
		"path of a GET":              {map[string]string{"method": "GET"}, "http", ""},
		"path of a file":             {map[string]string{"path": "/index.php/login"}, "http", ""},
		"path with three parts":      {map[string]string{"path": "/a.B/c/D"}, "http", ""},
		"path without package":       {map[string]string{"path": "/Cart/Get"}, "http", ""},
		"path with query":            {map[string]string{"path": "/a.B/C?x=1"}, "http", ""},
		"path is empty":              {map[string]string{"path": "-"}, "http", ""},
		"type":                       {map[string]string{"content_type": "application/grpc", "path": "/x", "protocol": "HTTP/1.1"}, "grpc", ""},
		"type with a name":           {map[string]string{"content_type": "application/grpc+proto", "grpc_status": "NotFound"}, "grpc", "5"},
		"type of gRPC-Web":           {map[string]string{"content_type": "application/grpc-web", "grpc_status_number": "5"}, "http", ""},
		"other type":                 {map[string]string{"content_type": "application/json", "grpc_status_number": "5"}, "http", ""},
		"no type":                    {map[string]string{"content_type": "-", "grpc_status_number": "5"}, "http", ""},
		"number":                     {map[string]string{"grpc_status_number": "14"}, "grpc", "14"},
		"zero":                       {map[string]string{"grpc_status_number": "0", "path": "/x"}, "grpc", "0"},
		"CamelCase":                  {map[string]string{"grpc_status": "Unavailable"}, "grpc", "14"},
		"SNAKE_CASE":                 {map[string]string{"grpc_status": "RESOURCE_EXHAUSTED"}, "grpc", "8"},
		"one L":                      {map[string]string{"grpc_status": "Canceled"}, "grpc", "1"},
		"two Ls":                     {map[string]string{"grpc_status": "CANCELLED"}, "grpc", "1"},
		"no name":                    {map[string]string{"grpc_status": "Fine"}, "http", ""},
		"status is empty":            {map[string]string{"grpc_status": "-"}, "http", ""},
		"status on HTTP/1.1":         {map[string]string{"grpc_status": "OK", "protocol": "HTTP/1.1"}, "http", ""},
		"status of a GET":            {map[string]string{"grpc_status_number": "12", "method": "GET"}, "http", ""},
		"status made of 200":         {map[string]string{"grpc_status_number": "2", "path": "/api/orders"}, "http", ""},
		"status made of 404":         {map[string]string{"grpc_status": "UNIMPLEMENTED", "path": "/api/orders", "response_code": "404"}, "http", ""},
		"200 beside a path of gRPC":  {map[string]string{"grpc_status_number": "2"}, "grpc", "2"},
		"neither method nor path":    {map[string]string{"grpc_status": "Internal", "method": "", "path": ""}, "grpc", "13"},
		"a connection has no status": {map[string]string{"grpc_status_number": "2", "access_log_type": "TcpConnectionEnd"}, "tcp", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := map[string]string{"protocol": "HTTP/2", "method": "POST", "path": "/shop.v1.Cart/GetCart", "response_code": "200", "response_flags": "-"}
			for key, v := range tc.in {
				if in[key] = v; v == "" {
					delete(in, key)
				}
			}
			rec := recordOf(t, in)
			ls := defaults.Derive(rec, factsOf(&defaults, rec)).Labels
			assert.Equal(t, tc.wantProtocol, ls[contract.RequestProtocol])
			assert.Equal(t, tc.status, ls[contract.GRPCResponseStatus])
		})
	}
	byPath := recordOf(t, map[string]string{"protocol": "HTTP/2", "method": "POST", "path": "/shop.v1.Cart/GetCart"})
	assert.False(t, (&Options{NoGRPCByPath: true}).Classify(byPath).GRPC)
}

func TestGRPCStatus(t *testing.T) {
	camel := []string{"OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated"}
	snake := []string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}
	for i := range camel {
		assert.Equal(t, strconv.Itoa(i), grpcStatus(camel[i]))
		assert.Equal(t, strconv.Itoa(i), grpcStatus(snake[i]))
		assert.Equal(t, strconv.Itoa(i), grpcStatus(strconv.Itoa(i)))
	}
	for _, v := range []string{"", "InvalidCode", "OKAY", "O", "NOT FOUND", "-1", "\x00"} {
		assert.Empty(t, grpcStatus(v), v)
	}
	assert.Zero(t, testing.AllocsPerRun(10, func() { grpcStatus("DEADLINE_EXCEEDED") }))
}
