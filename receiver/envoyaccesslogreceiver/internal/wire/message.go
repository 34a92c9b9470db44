// SPDX-License-Identifier: Apache-2.0

package wire

import "strings"

// Message describes a message type: what its decoder allocates for each field.
type Message struct {
	// dense holds the fields with small numbers by number, sparse the others.
	dense  []field
	sparse map[uint64]*field
	// names holds the numbers of the fields by their names in JSON.
	names map[string]uint64
	// lists is the number of lists and maps. The last one follows the bytes of
	// unknown fields where the decoder keeps them.
	lists int
	// size is what the Go struct takes, in bytes.
	size int
	// strict decoders refuse a known field of another wire type. Others treat
	// it as an unknown field.
	strict bool
	// pair is set for an attribute, string for the value of one: nearly all have a
	// form for which there is a short way.
	pair, string bool
	// keepsUnknown decoders store unknown fields.
	keepsUnknown bool
}

// kind says what a decoder makes of a field's value.
type kind uint8

const (
	unknown kind = iota
	scalar
	text
	blob
	message
	entry
)

// field describes a field.
type field struct {
	kind kind
	// wire is the wire type of a value.
	wire Type
	// packed fields may also hold many scalars in one value.
	packed bool
	// free fields are scalars that cost nothing and may be there many times.
	free bool
	// uncommon fields are those of Size.Uncommon.
	uncommon bool
	// exact is the length of a free field's value in bytes, if that is not empty. It
	// is 0 if any length will do.
	exact int
	// pairs fields are lists of attributes.
	pairs bool
	// list is the number of the field's list in its message, from 1. It is 0 if
	// the field holds one value.
	list int
	// once has one bit set in a field that holds one message.
	once uint64
	// limited lists have at most Limits.Attributes elements.
	limited bool
	// record elements are log records.
	record bool
	// element is the size of an element in the list's slice, or of a map's slot.
	element int
	// cost is what is allocated for each value beside its bytes.
	cost int64
	// message describes the value of a message, or the entry of a map.
	message *Message
	// json says how the decoder reads the value in JSON.
	json jsonType
}

// field gives the description of a field, or one of an unknown field.
func (m *Message) field(number uint64) *field {
	if number < uint64(len(m.dense)) {
		return &m.dense[number]
	}
	return m.rare(number)
}

func (m *Message) rare(number uint64) *field {
	if f := m.sparse[number]; f != nil {
		return f
	}
	return &unknownField
}

var unknownField = field{uncommon: true}

// maxDense bounds the size of the table of fields by number.
const maxDense = 64

// set adds a field.
func (m *Message) set(number uint64, f field) *field {
	f.free = f.kind == scalar && f.list == 0 && f.cost == 0
	f.pairs = f.list != 0 && f.message != nil && f.message.pair
	if number >= maxDense {
		if m.sparse == nil {
			m.sparse = map[uint64]*field{}
		}
		m.sparse[number] = &f
		m.lists = max(m.lists, f.list)
		return &f
	}
	for uint64(len(m.dense)) <= number {
		m.dense = append(m.dense, unknownField)
	}
	m.dense[number] = f
	m.lists = max(m.lists, f.list)
	return &m.dense[number]
}

// snake gives a name as protobuf writes it: schemaUrl becomes schema_url.
func snake(name string) string {
	var b strings.Builder
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
