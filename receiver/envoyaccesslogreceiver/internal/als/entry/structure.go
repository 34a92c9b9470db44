// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"encoding/binary"
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// maxDepth bounds nested structs: nothing that Envoy logs is deeper.
const maxDepth = 16

// Tags of google.protobuf.Struct, Value and ListValue.
const (
	structFields     = 1<<3 | uint64(wire.Length)
	valueNullValue   = 1<<3 | uint64(wire.Varint)
	valueNumberValue = 2<<3 | uint64(wire.Fixed64)
	valueStringValue = 3<<3 | uint64(wire.Length)
	valueBoolValue   = 4<<3 | uint64(wire.Varint)
	valueStructValue = 5<<3 | uint64(wire.Length)
	valueListValue   = 6<<3 | uint64(wire.Length)
	listValues       = 1<<3 | uint64(wire.Length)
)

// structure writes a google.protobuf.Struct that was found to be readable.
func (w *writer) structure(m pcommon.Map, raw []byte, depth int) {
	base := len(w.fields)
	f := wire.Scan(raw, 0, len(raw))
	for f.Next() {
		if f.Tag == structFields {
			field, _ := envoyproto.ReadPair(raw, f.Start, f.End) // readable has checked it
			w.fields = append(w.fields, field)
		}
	}
	fields := envoyproto.SortPairs(raw, w.fields[base:])
	var b xpdata.MapBuilder
	b.EnsureCapacity(len(fields))
	for _, field := range fields {
		w.structValue(b.AppendEmpty(w.strings.keep(field.Key.In(raw))), field.Value.In(raw), depth-1)
	}
	b.UnsafeIntoMap(m)
	w.fields = w.fields[:base]
}

// structValue writes a google.protobuf.Value: the last of its fields counts.
func (w *writer) structValue(v pcommon.Value, raw []byte, depth int) {
	if depth <= 0 {
		return
	}
	var last wire.Scanner
	for f := wire.Scan(raw, 0, len(raw)); f.Next(); {
		switch f.Tag {
		case valueNullValue, valueNumberValue, valueStringValue, valueBoolValue, valueStructValue, valueListValue:
			last = f
		}
	}
	switch last.Tag {
	case valueStringValue:
		v.SetStr(w.strings.keep(last.Bytes()))
	case valueNumberValue:
		v.SetDouble(math.Float64frombits(binary.LittleEndian.Uint64(last.Bytes())))
	case valueBoolValue:
		v.SetBool(last.Varint != 0)
	case valueStructValue:
		w.structure(v.SetEmptyMap(), last.Bytes(), depth)
	case valueListValue:
		w.structList(v.SetEmptySlice(), last.Bytes(), depth)
	}
}

// structList writes a google.protobuf.ListValue.
func (w *writer) structList(list pcommon.Slice, raw []byte, depth int) {
	n := 0
	for f := wire.Scan(raw, 0, len(raw)); f.Next(); {
		if f.Tag == listValues {
			n++
		}
	}
	list.EnsureCapacity(n)
	for f := wire.Scan(raw, 0, len(raw)); f.Next(); {
		if f.Tag == listValues {
			w.structValue(list.AppendEmpty(), f.Bytes(), depth-1)
		}
	}
}
