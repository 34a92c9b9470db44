// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"net/http"
	"strings"

	"google.golang.org/grpc/codes"
)

// IsGRPC tells gRPC by the content type of a request, and from gRPC-Web, as Envoy
// does.
func IsGRPC(contentType string) bool {
	rest, ok := strings.CutPrefix(contentType, "application/grpc")
	return ok && (rest == "" || rest[0] == '+')
}

// GRPCStatusOfHTTP is the status that Envoy makes of the code of a response
// without a gRPC status. Source: Envoy's Grpc::Utility::httpToGrpcStatus.
func GRPCStatusOfHTTP(code int64) codes.Code {
	switch code {
	case http.StatusBadRequest:
		return codes.Internal
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound:
		return codes.Unimplemented
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return codes.Unavailable
	default:
		return codes.Unknown
	}
}
