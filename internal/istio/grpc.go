// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// isGRPC tells whether a request is gRPC, by the first of these that is logged:
//
//  1. its content type, by which Istio goes;
//  2. its gRPC status, on HTTP/2 and HTTP/3: older Envoys write one for plain
//     HTTP, too;
//  3. its path, on HTTP/2 and HTTP/3.
func (o *Options) isGRPC(rec *accesslog.Record) bool {
	switch {
	case rec.Has(accesslog.ContentType):
		return accesslog.IsGRPC(rec.Get(accesslog.ContentType))
	case !carriesGRPC(rec):
		return false
	case rec.Has(accesslog.GRPCStatusNumber):
		return hasGRPCStatus(rec)
	default:
		return !o.NoGRPCByPath && rec.Get(accesslog.Method) == "POST" && isGRPCPath(rec.Get(accesslog.Path))
	}
}

// carriesGRPC tells whether a request could be gRPC: version and method are, or
// the method is not logged.
func carriesGRPC(rec *accesslog.Record) bool {
	version := rec.Get(accesslog.Protocol)
	return (version == "HTTP/2" || version == "HTTP/3") &&
		(!rec.Has(accesslog.Method) || rec.Get(accesslog.Method) == "POST")
}

// hasGRPCStatus tells whether the status that a record has is one of gRPC. It is
// not where Envoy could have made it of the code of a plain response: the path
// tells.
func hasGRPCStatus(rec *accesslog.Record) bool {
	status := grpcStatus(rec.Get(accesslog.GRPCStatusNumber))
	if status == "" {
		return false
	}
	path := rec.Get(accesslog.Path)
	if path == "" || isGRPCPath(path) {
		return true
	}
	code, _ := rec.Int(accesslog.ResponseCode)
	return status != numbers[accesslog.GRPCStatusOfHTTP(code)]
}

// isGRPCPath holds for `/package.Service/Method`. The name of a service starts
// with an upper-case letter: that tells it from the name of a file.
func isGRPCPath(path string) bool {
	service, method, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	dot := strings.LastIndexByte(service, '.')
	return ok && path[0] == '/' && dot > 0 && dot+1 < len(service) && method != "" &&
		service[dot+1] >= 'A' && service[dot+1] <= 'Z' && isIdentifier(service) && isIdentifier(method)
}

// isIdentifier holds for names of Protocol Buffers. Dots join them.
func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
