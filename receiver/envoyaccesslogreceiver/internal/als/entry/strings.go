// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// stringPool holds the strings of one record in one piece of memory: allocating
// each of them costs more than all else.
type stringPool struct{ strings.Builder }

// keep copies a string.
func (p *stringPool) keep(s []byte) string {
	start := p.Len()
	p.Write(s)
	return p.from(start)
}

// join copies a string that a prefix is put before.
func (p *stringPool) join(prefix string, s []byte) string {
	start := p.Len()
	p.WriteString(prefix)
	p.Write(s)
	return p.from(start)
}

// from is what was written since the pool had this length. It stays as it is
// whatever is written after it.
func (p *stringPool) from(start int) string { return p.String()[start:] }

// What a record's strings may have beside those of the entry: the port and the
// marks of each address, and the longest prefix of a name.
const (
	addressBytes = 5 * len("envoy://[]:4294967295")
	prefixBytes  = len(responseTrailer)
)

// stringBytes is how many bytes the strings of a record have, an upper estimate
// for all but the rarest entries.
func stringBytes(e *envoyproto.Entry) int {
	n := e.TextBytes + addressBytes + len(e.LocalNames) + len(e.PeerNames)
	n += prefixBytes * (len(e.RequestHeaders) + len(e.ResponseHeaders) + len(e.ResponseTrailers) + len(e.FilterState) + len(e.CustomTags))
	for _, object := range e.FilterState {
		if t := string(e.Bytes(object.TypeURL)); t == typeStruct || t == typeString {
			n += object.Value.Len()
		}
	}
	return n
}
