// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// symbols are the strings of a request of protocol 2.0. A reference is the
// place of a string among them.
type symbols struct {
	// wire holds the symbols as fields of the request.
	wire       snappyWriter
	references map[string]uint32
	// field is the last symbol as it stands there.
	field []byte
}

// reset begins with the empty string, as the protocol asks for it. What was
// written was taken out before.
func (t *symbols) reset() {
	if t.references == nil {
		t.references = map[string]uint32{}
	}
	clear(t.references)
	t.reference("")
}

func (t *symbols) reference(s string) uint32 {
	ref, ok := t.references[s]
	if !ok {
		ref = uint32(len(t.references))
		t.references[s] = ref
		t.write(s)
	}
	return ref
}

// referenceBytes does not keep s.
func (t *symbols) referenceBytes(s []byte) uint32 {
	if ref, ok := t.references[string(s)]; ok {
		return ref
	}
	return t.reference(string(s))
}

func (t *symbols) write(s string) {
	t.field = binary.AppendUvarint(append(t.field[:0], request2Symbols<<3|wireBytes), uint64(len(s)))
	t.field = append(t.field, s...)
	t.wire.put(t.field)
}

func (t *symbols) appendReferences(dst []byte, name, value string) []byte {
	dst = binary.AppendUvarint(dst, uint64(t.reference(name)))
	return binary.AppendUvarint(dst, uint64(t.reference(value)))
}

// references are those of a label set, so that its series share them.
type references struct {
	set *series.Set
	// wire holds the references, in the order of the labels.
	wire []byte
	gaps series.Gaps // in wire
}

func (r *references) read(set *series.Set, t *symbols) {
	*r = references{set: set, wire: r.wire[:0]}
	for name, value := range set.Labels() {
		r.wire = binary.AppendUvarint(r.wire, uint64(t.referenceBytes(name)))
		r.wire = binary.AppendUvarint(r.wire, uint64(t.referenceBytes(value)))
		series.Pass(&r.gaps, name, len(r.wire))
	}
}
