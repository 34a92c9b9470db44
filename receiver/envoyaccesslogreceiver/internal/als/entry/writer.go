// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// Attributes for which package accesslog has no operator, since no label needs
// them. They have the names of Envoy's operators where there is one.
const (
	attrIntermediate         = "intermediate_log_entry"
	attrAttempts             = "upstream_request_attempt_count"
	attrUpstreamWireReceived = "upstream_wire_bytes_received"
	attrUpstreamWireSent     = "upstream_wire_bytes_sent"
	attrDownstreamFailure    = "downstream_transport_failure_reason"
	attrTLSVersion           = "downstream_tls_version"
	attrTLSCipher            = "downstream_tls_cipher"
	attrTLSSession           = "downstream_tls_session_id"
	attrTLSFingerprint       = "tls_ja3_fingerprint"
	attrPeerDNSSAN           = "downstream_peer_dns_san"
	attrPeerSubject          = "downstream_peer_subject"
	attrPeerIssuer           = "downstream_peer_issuer"
	attrLocalDNSSAN          = "downstream_local_dns_san"
	attrLocalSubject         = "downstream_local_subject"
	attrScheme               = "scheme"
	attrReferer              = "referer"
)

// Prefixes of names that a proxy's configuration chose: of headers that it logs,
// and of whatever else would have the name of something that the entry says.
const (
	requestHeader   = "request_header."
	responseHeader  = "response_header."
	responseTrailer = "response_trailer."
	filterState     = "filter_state."
	customTag       = "custom_tag."
)

// ownAttributes are the names above: nothing else may write them.
var ownAttributes = map[string]struct{}{
	attrIntermediate: {}, attrAttempts: {}, attrUpstreamWireReceived: {}, attrUpstreamWireSent: {}, attrDownstreamFailure: {},
	attrTLSVersion: {}, attrTLSCipher: {}, attrTLSSession: {}, attrTLSFingerprint: {}, attrPeerDNSSAN: {}, attrPeerSubject: {},
	attrPeerIssuer: {}, attrLocalDNSSAN: {}, attrLocalSubject: {}, attrScheme: {}, attrReferer: {},
}

// addedAttributes is how many attributes a record may have though no field of the
// entry has their value: protobuf does not send a zero. They are the response
// flags, the response code, mutual TLS, a gRPC status, and the bytes both ways.
const addedAttributes = 6

// writer collects the attributes of one record after the other. It does not look
// for a name before it appends one, which would cost more than all else: who
// calls it writes each operator once.
type writer struct {
	entry      *envoyproto.Entry
	attributes xpdata.MapBuilder
	written    [accesslog.NumOps]bool
	strings    stringPool
	// objects is what the structs among the filter state objects take.
	objects int64
	// fields are those of the structs that are being written.
	fields []envoyproto.Pair
}

// begin begins a record.
func (w *writer) begin(e *envoyproto.Entry) {
	e.Sort()
	w.entry, w.written, w.objects = e, [accesslog.NumOps]bool{}, 0
	w.strings.Reset()
	w.strings.Grow(stringBytes(e))
	w.attributes.EnsureCapacity(e.Values + addedAttributes)
}

// keptFields is how many fields of structs there is room for from one record to
// the next.
const keptFields = 64

// release lets go of the last record and its entry.
func (w *writer) release() {
	*w = writer{fields: reuse.Empty(w.fields, keptFields)}
}

// op appends the attribute of an operator.
func (w *writer) op(op accesslog.Op) pcommon.Value {
	w.written[op] = true
	return w.attributes.AppendEmpty(op.Key())
}

// static writes an operator's value that is no part of the entry; the empty one
// is not there.
func (w *writer) static(op accesslog.Op, value string) {
	if value != "" {
		w.op(op).SetStr(value)
	}
}

// text writes an operator's value; the empty one is not there.
func (w *writer) text(op accesslog.Op, value envoyproto.Text) {
	if value.Len() > 0 {
		w.op(op).SetStr(w.strings.keep(w.entry.Bytes(value)))
	}
}

// named is static under a name that no operator has.
func (w *writer) named(name, value string) {
	if value != "" {
		w.attributes.AppendEmpty(name).SetStr(value)
	}
}

// namedText is text under a name that no operator has.
func (w *writer) namedText(name string, value envoyproto.Text) {
	if value.Len() > 0 {
		w.attributes.AppendEmpty(name).SetStr(w.strings.keep(w.entry.Bytes(value)))
	}
}

// known writes a number that was said, if need be by saying none.
func (w *writer) known(op accesslog.Op, n uint64) {
	if n <= math.MaxInt64 {
		w.op(op).SetInt(int64(n))
	}
}

// count writes a number; a zero may be one that was not said.
func (w *writer) count(op accesslog.Op, n uint64) {
	if n != 0 {
		w.known(op, n)
	}
}

// number is count under a name that no operator has.
func (w *writer) number(name string, n uint64) {
	if n != 0 && n <= math.MaxInt64 {
		w.attributes.AppendEmpty(name).SetInt(int64(n))
	}
}
