// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"iter"
	"maps"
	"math"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
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

// usualAttributes is how many attributes a request with mutual TLS has.
const usualAttributes = 36

// writer collects the attributes of one record. It does not look for a name
// before it appends one, which would cost more than all else: who calls it
// writes each operator once.
type writer struct {
	b       xpdata.MapBuilder
	written [accesslog.NumOps]bool
	// objects is what the structs among the filter state objects take.
	objects int64
}

// op appends the attribute of an operator.
func (w *writer) op(op accesslog.Op) pcommon.Value {
	w.written[op] = true
	return w.b.AppendEmpty(op.Key())
}

// str writes an operator's value; the empty one is not there.
func (w *writer) str(op accesslog.Op, value string) {
	if value != "" {
		w.op(op).SetStr(value)
	}
}

// named writes a value under a name that no operator has.
func (w *writer) named(name, value string) {
	if value != "" {
		w.b.AppendEmpty(name).SetStr(value)
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
		w.b.AppendEmpty(name).SetInt(int64(n))
	}
}

// sorted ranges over a map in the order of its keys, so that the same entry
// always makes the same record.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		if len(m) <= 1 {
			for k, v := range m {
				yield(k, v)
			}
			return
		}
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
