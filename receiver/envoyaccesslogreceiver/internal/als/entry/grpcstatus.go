// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"net/http"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// missingStatus writes the gRPC status that %GRPC_STATUS_NUMBER% has for a request
// that ended without one: Envoy makes it of the response code. Source: Envoy's
// Grpc::Common::getGrpcStatus.
//
// A 200 without a flag is left as it is. Most such requests ended well, and the
// proxy was not told to log the header that says so.
func (w *writer) missingStatus(code envoyproto.Uint32) {
	e := w.entry
	if w.written[accesslog.GRPCStatusNumber] || !code.Sent || !accesslog.IsGRPC(string(e.Find(e.RequestHeaders, headerContentType))) {
		return
	}
	if len(e.Find(e.ResponseTrailers, headerGRPCStatus)) > 0 || len(e.Find(e.ResponseHeaders, headerGRPCStatus)) > 0 {
		return // not a number
	}
	if code.Value > maxCode || code.Value == http.StatusOK && endedWell(e.Common.ResponseFlags) {
		return
	}
	w.op(accesslog.GRPCStatusNumber).SetInt(int64(accesslog.GRPCStatusOfHTTP(int64(code.Value))))
}

// endedWell tells whether no flag says that something went wrong. A delay that was
// injected is no fault.
func endedWell(f envoyproto.Flags) bool { return f&^flagDelayInjected == 0 }
