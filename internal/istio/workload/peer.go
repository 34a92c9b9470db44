// SPDX-License-Identifier: Apache-2.0

package workload

import "strings"

// maxPeer bounds the text of a peer's metadata, in bytes. Istio's own is below
// 4 KiB. A client without mutual TLS writes what it likes.
const maxPeer = 16 << 10

// OfPeer reads what a peer told in metadata exchange, in each encoding in which
// Istio's versions log it:
//   - up to 1.23 a flatbuffer, as the JSON of a BytesValue or as raw bytes;
//   - 1.24, and `_obj` since 1.29, a JSON object;
//   - since 1.25 a Struct, as JSON or as raw protobuf;
//   - the object as text, `k=v,k=v`.
//
// Anything else gives the zero value.
func OfPeer(s string) Metadata {
	switch {
	case s == "" || len(s) > maxPeer:
		return Metadata{}
	case s[0] == '{':
		return ofJSON(s)
	case strings.HasPrefix(s, "type=") || strings.Contains(s, "workload="):
		return ofText(s)
	default:
		return ofBytes([]byte(s))
	}
}

// ofText reads `type=deployment,workload=foo,name=pod-foo,...`. Values are not
// escaped. Those that Kubernetes allows hold no comma.
func ofText(s string) Metadata {
	var m Metadata
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, ",")
		if name, value, ok := strings.Cut(pair, "="); ok {
			m.setField(name, value)
		}
	}
	return m
}
