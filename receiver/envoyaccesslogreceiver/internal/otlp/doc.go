// SPDX-License-Identifier: Apache-2.0

// Package otlp serves the logs of OTLP, over gRPC and over HTTP. It answers as
// the Collector's own OTLP receiver does, and bounds what a request may cost
// before it is decoded.
//
// A request goes this way:
//
//	bytes arrive        each counts for its client as it comes
//	  unpack            HTTP only: gRPC unpacks by itself
//	  measure           what decoding will take; too deep or too large: refused
//	  wait for room     all requests share one budget; too long: try again later
//	  repair            strings that are not UTF-8
//	  decode, pass on
//
// Until there is room for the decoded request, its client may lose it to clients
// that hold less.
package otlp // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/otlp"
