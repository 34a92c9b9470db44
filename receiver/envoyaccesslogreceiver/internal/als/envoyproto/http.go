// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of HTTPRequestProperties.
const (
	requestRequestMethod    = 1<<3 | varint
	requestScheme           = 2<<3 | length
	requestAuthority        = 3<<3 | length
	requestPath             = 5<<3 | length
	requestUserAgent        = 6<<3 | length
	requestReferer          = 7<<3 | length
	requestForwardedFor     = 8<<3 | length
	requestRequestID        = 9<<3 | length
	requestOriginalPath     = 10<<3 | length
	requestRequestBodyBytes = 12<<3 | varint
	requestRequestHeaders   = 13<<3 | length
)

// Tags of HTTPResponseProperties.
const (
	responseResponseCode        = 1<<3 | length
	responseResponseBodyBytes   = 3<<3 | varint
	responseResponseHeaders     = 4<<3 | length
	responseResponseTrailers    = 5<<3 | length
	responseResponseCodeDetails = 6<<3 | length
)

// Request is HTTPRequestProperties without its headers.
type Request struct {
	// Sent says that the message was sent, even if it is empty.
	Sent bool

	Method                  int32
	Scheme, Authority       Text
	Path, OriginalPath      Text
	UserAgent, Referer      Text
	ForwardedFor, RequestID Text
	BodyBytes               uint64
}

func (r *Request) decode(e *Entry, start, end int) {
	r.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case requestRequestMethod:
			r.Method = int32(f.Varint)
		case requestScheme:
			r.Scheme = e.text(&f)
		case requestAuthority:
			r.Authority = e.text(&f)
		case requestPath:
			r.Path = e.text(&f)
		case requestUserAgent:
			r.UserAgent = e.text(&f)
		case requestReferer:
			r.Referer = e.text(&f)
		case requestForwardedFor:
			r.ForwardedFor = e.text(&f)
		case requestRequestID:
			r.RequestID = e.text(&f)
		case requestOriginalPath:
			r.OriginalPath = e.text(&f)
		case requestRequestBodyBytes:
			r.BodyBytes = f.Varint
		case requestRequestHeaders:
			e.RequestHeaders = e.addPair(e.RequestHeaders, f.Start, f.End)
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
}

// Response is HTTPResponseProperties without its headers and trailers.
type Response struct {
	// Sent says that the message was sent, even if it is empty.
	Sent bool

	Code        Uint32
	CodeDetails Text
	BodyBytes   uint64
}

func (r *Response) decode(e *Entry, start, end int) {
	r.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case responseResponseCode:
			r.Code.decode(e, f.Start, f.End)
		case responseResponseBodyBytes:
			r.BodyBytes = f.Varint
		case responseResponseHeaders:
			e.ResponseHeaders = e.addPair(e.ResponseHeaders, f.Start, f.End)
		case responseResponseTrailers:
			e.ResponseTrailers = e.addPair(e.ResponseTrailers, f.Start, f.End)
		case responseResponseCodeDetails:
			r.CodeDetails = e.text(&f)
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
}
