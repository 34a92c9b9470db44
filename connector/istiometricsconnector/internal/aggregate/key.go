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

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// protocolOf reads the protocol of a key.
func protocolOf(key string) contract.Protocol { return contract.Protocol(key[0]) }

// part is one label as it stands in a key.
type part struct {
	column byte
	Label
}

// parts reads the labels of a key. They point into it and are no copies.
func parts(key string) iter.Seq[part] {
	return func(yield func(part) bool) {
		for rest := key[1:]; rest != ""; {
			p := part{column: rest[0]}
			rest = rest[1:]
			if p.column == extraColumn {
				p.Name, rest = cutString(rest)
			} else {
				p.Name = contract.Label(p.column).String()
			}
			p.Value, rest = cutString(rest)
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
		labels = append(labels, p.Label)
	}
	return labels
}

// cutString undoes appendString.
func cutString(key string) (s, rest string) {
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
// nothing more and equal sets keep equal keys.
func cleanKey(key string) (clean string, changed bool) {
	dst := append(make([]byte, 0, len(key)), key[0])
	for p := range parts(key) {
		value := contract.CleanValue(p.Value)
		changed = changed || value != p.Value
		if p.column == extraColumn {
			dst, _ = AppendExtra(dst, p.Name, value)
		} else {
			dst, _ = AppendLabel(dst, contract.Label(p.column), value)
		}
	}
	if !changed {
		return key, false
	}
	return string(dst), true
}
