// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// protocols are spelled as %PROTOCOL% spells them.
var protocols = enum{
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

func (w *writer) request(version int32, r *envoyproto.Request) {
	w.static(accesslog.Protocol, protocols.known(version))
	if !r.Sent {
		return
	}
	if r.Method != int32(corev3.RequestMethod_METHOD_UNSPECIFIED) {
		w.static(accesslog.Method, methods.name(r.Method))
	}
	w.text(accesslog.Authority, r.Authority)
	if r.OriginalPath.Len() > 0 {
		w.text(accesslog.Path, r.OriginalPath)
	} else {
		w.text(accesslog.Path, r.Path)
	}
	w.text(accesslog.UserAgent, r.UserAgent)
	w.text(accesslog.ForwardedFor, r.ForwardedFor)
	w.text(accesslog.RequestID, r.RequestID)
	w.namedText(attrScheme, r.Scheme)
	w.namedText(attrReferer, r.Referer)
	w.known(accesslog.BytesReceived, r.BodyBytes)
	w.headers(requestHeader, w.entry.RequestHeaders)
}

func (w *writer) response(r *envoyproto.Response) {
	if !r.Sent {
		return
	}
	if r.Code.Sent && r.Code.Value <= maxCode {
		w.op(accesslog.ResponseCode).SetInt(int64(r.Code.Value))
	} else if !r.Code.Sent && w.entry.Common.AccessLogType == int32(accesslogv3.AccessLogType_DownstreamEnd) {
		// A request that has ended without a response. %RESPONSE_CODE% and
		// Istio's metrics say so, too.
		w.op(accesslog.ResponseCode).SetInt(0)
	}
	w.text(accesslog.ResponseCodeDetails, r.CodeDetails)
	w.known(accesslog.BytesSent, r.BodyBytes)
	// The trailers' status is the true one; a response without a body has it
	// among its headers.
	w.headers(responseTrailer, w.entry.ResponseTrailers)
	w.headers(responseHeader, w.entry.ResponseHeaders)
	w.missingStatus(r.Code)
}

// headers writes the headers that the proxy was told to log.
func (w *writer) headers(prefix string, headers []envoyproto.Pair) {
	for _, h := range headers {
		name, value := w.entry.Bytes(h.Key), w.entry.Bytes(h.Value)
		switch {
		case prefix == requestHeader && string(name) == headerContentType:
			w.text(accesslog.ContentType, h.Value)
		case prefix != requestHeader && string(name) == headerGRPCStatus:
			w.once(accesslog.GRPCStatusNumber, value)
		case prefix == responseHeader && string(name) == headerServiceTime:
			w.once(accesslog.UpstreamServiceTime, value)
		case len(value) > 0:
			w.named(w.strings.join(prefix, name), w.strings.keep(value))
		}
	}
}

// once writes a number that a server wrote, unless it is there or is none.
func (w *writer) once(op accesslog.Op, value []byte) {
	if w.written[op] {
		return
	}
	if n, err := strconv.ParseUint(string(value), 10, 31); err == nil {
		w.op(op).SetInt(int64(n))
	}
}
