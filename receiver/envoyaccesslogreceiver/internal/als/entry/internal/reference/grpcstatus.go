// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"net/http"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// missingStatus writes the gRPC status that %GRPC_STATUS_NUMBER% has for a request
// that ended without one: Envoy makes it of the response code. Source: Envoy's
// Grpc::Common::getGrpcStatus.
//
// A 200 without a flag is left as it is. Most such requests ended well, and the
// proxy was not told to log the header that says so.
func (w *writer) missingStatus(e *accesslogv3.HTTPAccessLogEntry) {
	r := e.GetResponse()
	if w.written[accesslog.GRPCStatusNumber] || r.GetResponseCode() == nil || !accesslog.IsGRPC(e.GetRequest().GetRequestHeaders()[headerContentType]) {
		return
	}
	if r.GetResponseTrailers()[headerGRPCStatus] != "" || r.GetResponseHeaders()[headerGRPCStatus] != "" {
		return // not a number
	}
	code := r.GetResponseCode().GetValue()
	if code > maxCode || code == http.StatusOK && endedWell(e.GetCommonProperties().GetResponseFlags()) {
		return
	}
	w.op(accesslog.GRPCStatusNumber).SetInt(int64(accesslog.GRPCStatusOfHTTP(int64(code))))
}

// endedWell tells whether no flag says that something went wrong. A delay that was
// injected is no fault.
func endedWell(f *accesslogv3.ResponseFlags) bool {
	flags := formatFlags(f)
	return flags == noFlags || flags == "DI"
}
