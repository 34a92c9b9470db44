// SPDX-License-Identifier: Apache-2.0

// Package envoyproto decodes Envoy's access log entries: the messages
// HTTPAccessLogEntry and TCPAccessLogEntry of envoy.data.accesslog.v3, and of the
// messages within them the fields that records are made of. It skips all other
// fields.
//
// It gives what Go's protobuf library gives. Of a field that is there more than
// once the last value counts, messages are merged, and a field of another wire
// type is an unknown field. There are two differences: a group makes an entry
// malformed, and strings are not checked for UTF-8. Package wire refuses the
// former and repairs the latter.
//
// The package copies nothing: a decoded entry tells where its strings are. It
// knows neither pdata nor what attributes are called.
package envoyproto // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
