// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"reflect"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Describe describes a message type as Go's protobuf decoder decodes it, with
// all types that it refers to. It is called once per type, at start: it panics
// for a type that has more fields than this package can follow.
func Describe(m proto.Message) *Message {
	d := describer{}
	return d.describe(m.ProtoReflect())
}

// maxFields is the number of bits of field.once.
const maxFields = 64

// describer holds the types that are described: types may refer to themselves.
type describer map[protoreflect.FullName]*Message

func (d describer) describe(pm protoreflect.Message) *Message {
	name := pm.Descriptor().FullName()
	if m := d[name]; m != nil {
		return m
	}
	m := &Message{keepsUnknown: true, size: structSize(pm)}
	d[name] = m
	lists := 0
	fields := pm.Descriptor().Fields()
	if fields.Len() > maxFields {
		panic(fmt.Sprintf("wire: %s has too many fields", name))
	}
	for i := range fields.Len() {
		fd := fields.Get(i)
		f := d.value(pm, fd)
		switch {
		case fd.Cardinality() == protoreflect.Repeated:
			lists++
			f.list, f.once, f.limited = lists, 0, true
		case f.kind == message:
			f.once = 1 << i
		}
		m.set(uint64(fd.Number()), f)
	}
	m.lists = lists + 1
	return m
}

// value describes the value of a field: of one element if it is repeated.
func (d describer) value(pm protoreflect.Message, fd protoreflect.FieldDescriptor) field {
	switch {
	case fd.IsMap():
		return d.mapEntry(pm, fd)
	case fd.IsList():
		return d.listElement(pm, fd)
	}
	f := scalarField(fd.Kind())
	if f.kind == message {
		f.message = d.describe(pm.NewField(fd).Message())
		f.cost = allocPointers(f.message.size)
	}
	switch {
	case fd.ContainingOneof() != nil && !fd.ContainingOneof().IsSynthetic():
		// A struct of its own holds the value.
		f.cost += allocPointers(max(f.element, sizePointer))
	case f.kind != message && fd.HasPresence():
		// A pointer holds the value.
		f.cost += allocPointers(f.element)
	}
	return f
}

func (d describer) listElement(pm protoreflect.Message, fd protoreflect.FieldDescriptor) field {
	f := scalarField(fd.Kind())
	if f.kind == message {
		f.message = d.describe(pm.NewField(fd).List().NewElement().Message())
		f.cost = allocPointers(f.message.size)
	}
	f.packed = f.kind == scalar
	return f
}

// entryGarbage is what reflection allocates for an entry of a map.
const entryGarbage = 96

// mapEntry describes an entry: a message with a key and a value, for which there
// is no struct.
func (d describer) mapEntry(pm protoreflect.Message, fd protoreflect.FieldDescriptor) field {
	key, value := scalarField(fd.MapKey().Kind()), scalarField(fd.MapValue().Kind())
	f := field{kind: entry, wire: Length, element: key.element + value.element, cost: entryGarbage}
	if value.kind == message {
		value.message = d.describe(pm.NewField(fd).Map().NewValue().Message())
		value.once = 1
		// The decoder makes the value before it looks for it.
		f.cost += allocPointers(value.message.size)
	}
	f.message = &Message{}
	f.message.set(1, key)
	f.message.set(2, value)
	return f
}

// scalarField describes a value without its message. The element is its size in
// a struct.
func scalarField(k protoreflect.Kind) field {
	switch k {
	case protoreflect.StringKind:
		return field{kind: text, wire: Length, element: sizeString}
	case protoreflect.BytesKind:
		return field{kind: blob, wire: Length, element: sizeSlice}
	case protoreflect.MessageKind:
		return field{kind: message, wire: Length, element: sizePointer}
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return field{kind: scalar, wire: Fixed64, element: 8}
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return field{kind: scalar, wire: Fixed32, element: 8}
	case protoreflect.GroupKind:
		// Groups are refused where they are read.
		return field{}
	default:
		return field{kind: scalar, wire: Varint, element: 8}
	}
}

func structSize(pm protoreflect.Message) int {
	return int(reflect.TypeOf(pm.Interface()).Elem().Size())
}
