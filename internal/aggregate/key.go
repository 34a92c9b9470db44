// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"encoding/binary"
	"iter"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// MaxValueLen bounds a label value, in bytes. Longer values are cut at the
// start of a character.
const MaxValueLen = contract.MaxValueLen

// extraColumn stands in a key where the name of a label follows.
const extraColumn = byte(contract.NumLabels)

// Label is the name and value of a label.
type Label struct{ Name, Value string }

// A key is a set of labels written as bytes: the protocol, then each label in
// order as its number (or its name, if it is not the schema's), the length of
// its value, and the value. Writers put the schema's labels in the schema's
// order and others after them, sorted by name, so that a set has one key.

// AppendProtocol starts a key.
func AppendProtocol(dst []byte, p contract.Protocol) []byte {
	return append(dst, byte(p))
}

// AppendLabel appends a label of the schema; an empty value is left out. It
// tells whether the value had to be cut.
func AppendLabel(dst []byte, l contract.Label, value string) (key []byte, cut bool) {
	if value == "" {
		return dst, false
	}
	value, cut = contract.Truncate(value)
	return appendString(append(dst, byte(l)), value), cut
}

// AppendExtra appends a label beside those of the schema.
func AppendExtra(dst []byte, name, value string) (key []byte, cut bool) {
	if value == "" {
		return dst, false
	}
	value, cut = contract.Truncate(value)
	return appendString(appendString(append(dst, extraColumn), name), value), cut
}

func appendString[K text](dst []byte, s K) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// text is a key as it is kept, or as it stands in a buffer.
type text interface{ string | []byte }

// protocolOf reads the protocol of a key.
func protocolOf[K text](key K) contract.Protocol { return contract.Protocol(key[0]) }

// part is one label as it stands in a key.
type part[K text] struct {
	column byte
	// extra is the name of a label that has no column.
	extra, value K
}

func (p *part[K]) is(l contract.Label) bool { return p.column == byte(l) }

func (p *part[K]) isOf(m contract.LabelMask) bool { return m.Has(contract.Label(p.column)) }

// appendTo writes the part with another value.
func (p *part[K]) appendTo(dst []byte, value string) []byte {
	if p.column == extraColumn {
		dst, _ = AppendExtra(dst, string(p.extra), value)
	} else {
		dst, _ = AppendLabel(dst, contract.Label(p.column), value)
	}
	return dst
}

// parts reads the labels of a key. They point into it and are no copies.
func parts[K text](key K) iter.Seq[part[K]] {
	return func(yield func(part[K]) bool) {
		for rest := key[1:]; len(rest) > 0; {
			p := part[K]{column: rest[0]}
			rest = rest[1:]
			if p.column == extraColumn {
				p.extra, rest = cut(rest)
			}
			p.value, rest = cut(rest)
			if !yield(p) {
				return
			}
		}
	}
}

// decodeLabels reads the labels of a key.
func decodeLabels(key string) []Label {
	var labels []Label
	for p := range parts(key) {
		name := p.extra
		if p.column != extraColumn {
			name = contract.Label(p.column).String()
		}
		labels = append(labels, Label{name, p.value})
	}
	return labels
}

// cut undoes appendString.
func cut[K text](key K) (s, rest K) {
	var n, shift int
	for {
		b := key[0]
		key = key[1:]
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return key[:n], key[n:]
		}
		shift += 7
	}
}

// cleanKey rewrites a key whose values must not leave us as they are. A key
// whose values are clean is returned as it is, so that cleaning twice changes
// nothing more and equal sets keep equal keys. No label is left out.
func cleanKey(key []byte) (clean []byte, changed bool) {
	if isPlain(key) {
		return key, false
	}
	clean = append(make([]byte, 0, len(key)), key[0])
	for p := range parts(key) {
		value := contract.CleanValue(string(p.value))
		changed = changed || value != string(p.value)
		clean = p.appendTo(clean, value)
	}
	if !changed {
		return key, false
	}
	return clean, true
}

// isPlain tells, without allocating, whether all values are printable ASCII, as
// nearly all are.
func isPlain(key []byte) bool {
	for p := range parts(key) {
		for _, c := range p.value {
			if c < ' ' || c > '~' {
				return false
			}
		}
	}
	return true
}
