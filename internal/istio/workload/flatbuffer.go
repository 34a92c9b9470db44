// SPDX-License-Identifier: Apache-2.0

package workload

import "encoding/binary"

// maxTables bounds the tables read of one list. A node has some ten labels.
const maxTables = 256

// flatbuffer is the bytes of a message. Every offset is checked: a read outside
// the message is false.
type flatbuffer []byte

func (b flatbuffer) u16(at int) (int, bool) {
	if at < 0 || at > len(b)-2 {
		return 0, false
	}
	return int(binary.LittleEndian.Uint16(b[at:])), true
}

func (b flatbuffer) u32(at int) (int, bool) {
	if at < 0 || at > len(b)-4 {
		return 0, false
	}
	return int(binary.LittleEndian.Uint32(b[at:])), true
}

// flatTable is a table of a flatbuffer and the place of its list of fields.
type flatTable struct {
	b                flatbuffer
	at, vtable, size int
}

// table reads the table that the offset at a place leads to.
func (b flatbuffer) table(at int) (flatTable, bool) {
	offset, ok := b.u32(at)
	if !ok {
		return flatTable{}, false
	}
	t := flatTable{b: b, at: at + offset}
	back, ok := b.u32(t.at)
	if !ok {
		return flatTable{}, false
	}
	t.vtable = t.at - int(int32(uint32(back)))
	t.size, ok = b.u16(t.vtable)
	return t, ok
}

// field is the place of a field's value.
func (t flatTable) field(index int) (int, bool) {
	entry := 4 + 2*index
	if entry+2 > t.size {
		return 0, false
	}
	offset, ok := t.b.u16(t.vtable + entry)
	return t.at + offset, ok && offset != 0
}

func (t flatTable) text(index int) string {
	at, ok := t.field(index)
	if !ok {
		return ""
	}
	offset, ok := t.b.u32(at)
	if !ok {
		return ""
	}
	start := at + offset
	length, ok := t.b.u32(start)
	if !ok || length > len(t.b)-start-4 {
		return ""
	}
	return string(t.b[start+4 : start+4+length])
}

// tables iterates over a field that is a list of tables.
func (t flatTable) tables(index int) func(yield func(flatTable) bool) {
	return func(yield func(flatTable) bool) {
		at, ok := t.field(index)
		if !ok {
			return
		}
		offset, ok := t.b.u32(at)
		if !ok {
			return
		}
		start := at + offset
		count, _ := t.b.u32(start)
		for i := range min(count, maxTables) {
			item, ok := t.b.table(start + 4 + 4*i)
			if !ok || !yield(item) {
				return
			}
		}
	}
}
