// SPDX-License-Identifier: Apache-2.0

package series

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"
)

// Names of labels with a meaning of their own.
const (
	NameLabel     = "__name__"
	LELabel       = "le"
	QuantileLabel = "quantile"

	jobLabel      = "job"
	instanceLabel = "instance"
)

// Label is a label that all series of a metric share, or all of one bucket.
type Label struct {
	Name, Value string
	// Wire is the label as it stands in a series of protocol 1.0.
	Wire []byte
}

func newLabel(name, value string) Label {
	return Label{Name: name, Value: value, Wire: AppendLabel(nil, name, value)}
}

// Tags of the fields that make a label in protocol 1.0: `repeated Label labels
// = 1` of a series, and `string name = 1` and `string value = 2` of a label.
const (
	tagLabel = 1<<3 | 2
	tagName  = 1<<3 | 2
	tagValue = 2<<3 | 2
)

// AppendLabel adds a label in the form in which a message of protocol 1.0 has it
// as its first field.
func AppendLabel(dst []byte, name, value string) []byte {
	size := 2 + protowire.SizeBytes(len(name)) + protowire.SizeBytes(len(value))
	dst = append(dst, tagLabel)
	dst = binary.AppendUvarint(dst, uint64(size))
	dst = append(dst, tagName)
	dst = appendString(dst, name)
	dst = append(dst, tagValue)
	return appendString(dst, value)
}

// CutLabel returns the first of some labels that AppendLabel wrote: all of it and
// its name.
func CutLabel(labels []byte) (label, name, rest []byte) {
	size, n := binary.Uvarint(labels[1:])
	end := 1 + n + int(size)
	name, _ = cutString(labels[1+n+1:])
	return labels[:end], name, labels[end:]
}

// appendString adds a string after its length.
func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// cutString reads a string that appendString wrote.
func cutString(b []byte) (s, rest []byte) {
	size, n := binary.Uvarint(b)
	return b[n : n+int(size)], b[n+int(size):]
}
