// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// protocols are spelled as %PROTOCOL% spells them.
var protocols = map[accesslogv3.HTTPAccessLogEntry_HTTPVersion]string{
	accesslogv3.HTTPAccessLogEntry_HTTP10: "HTTP/1.0",
	accesslogv3.HTTPAccessLogEntry_HTTP11: "HTTP/1.1",
	accesslogv3.HTTPAccessLogEntry_HTTP2:  "HTTP/2",
	accesslogv3.HTTPAccessLogEntry_HTTP3:  "HTTP/3",
}

// Headers that have an operator of their own, as Envoy spells them here.
const (
	headerContentType = "content-type"
	headerGRPCStatus  = "grpc-status"
	headerServiceTime = "x-envoy-upstream-service-time"
)

// maxCode is the largest number that can be a response code.
const maxCode = 999

func (w *writer) request(version accesslogv3.HTTPAccessLogEntry_HTTPVersion, r *accesslogv3.HTTPRequestProperties) {
	w.str(accesslog.Protocol, protocols[version])
	if r == nil {
		return
	}
	if m := r.GetRequestMethod(); m != corev3.RequestMethod_METHOD_UNSPECIFIED {
		w.str(accesslog.Method, m.String())
	}
	w.str(accesslog.Authority, r.GetAuthority())
	if original := r.GetOriginalPath(); original != "" {
		w.str(accesslog.Path, original)
	} else {
		w.str(accesslog.Path, r.GetPath())
	}
	w.str(accesslog.UserAgent, r.GetUserAgent())
	w.str(accesslog.ForwardedFor, r.GetForwardedFor())
	w.str(accesslog.RequestID, r.GetRequestId())
	w.named(attrScheme, r.GetScheme())
	w.named(attrReferer, r.GetReferer())
	w.known(accesslog.BytesReceived, r.GetRequestBodyBytes())
	w.headers(requestHeader, r.GetRequestHeaders())
}

func (w *writer) response(e *accesslogv3.HTTPAccessLogEntry) {
	r, kind := e.GetResponse(), e.GetCommonProperties().GetAccessLogType()
	if r == nil {
		return
	}
	if code := r.GetResponseCode(); code != nil && code.GetValue() <= maxCode {
		w.op(accesslog.ResponseCode).SetInt(int64(code.GetValue()))
	} else if code == nil && kind == accesslogv3.AccessLogType_DownstreamEnd {
		// A request that has ended without a response. %RESPONSE_CODE% and
		// Istio's metrics say so, too.
		w.op(accesslog.ResponseCode).SetInt(0)
	}
	w.str(accesslog.ResponseCodeDetails, r.GetResponseCodeDetails())
	w.known(accesslog.BytesSent, r.GetResponseBodyBytes())
	// The trailers' status is the true one; a response without a body has it
	// among its headers.
	w.headers(responseTrailer, r.GetResponseTrailers())
	w.headers(responseHeader, r.GetResponseHeaders())
	w.missingStatus(e)
}

// headers writes the headers that the proxy was told to log.
func (w *writer) headers(prefix string, headers map[string]string) {
	for name, value := range sorted(headers) {
		switch {
		case name == headerContentType && prefix == requestHeader:
			w.str(accesslog.ContentType, value)
		case name == headerGRPCStatus && prefix != requestHeader:
			w.once(accesslog.GRPCStatusNumber, value)
		case name == headerServiceTime && prefix == responseHeader:
			w.once(accesslog.UpstreamServiceTime, value)
		default:
			w.named(prefix+name, value)
		}
	}
}

// once writes a number that a server wrote, unless it is there or is none.
func (w *writer) once(op accesslog.Op, value string) {
	if w.written[op] {
		return
	}
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		w.op(op).SetInt(int64(n))
	}
}
