// SPDX-License-Identifier: Apache-2.0

package otlplogs

import (
	"encoding/binary"
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Tags of the fields of a value.
const (
	tagString = uint64(wire.TagString)
	tagBool   = 2<<3 | uint64(wire.Varint)
	tagInt    = 3<<3 | uint64(wire.Varint)
	tagDouble = 4<<3 | uint64(wire.Fixed64)
	tagBytes  = 7<<3 | uint64(wire.Length)
)

// value is one that is not set yet.
type value struct {
	// kind is the tag of the field that has the value, 0 if it is empty.
	kind uint64
	// raw are the bytes of a string, of bytes or of a double. They are part of the message.
	raw []byte
	// text is the string, once there is one.
	text   string
	number uint64
}

// readValue reads a value. Of several the last one counts, as in pdata.
func readValue(b []byte) (v value, ok bool) {
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		switch v = (value{kind: f.Tag}); f.Tag {
		case tagString, tagBytes, tagDouble:
			v.raw = f.Bytes()
		case tagBool, tagInt:
			v.number = f.Varint
		default:
			return v, false
		}
	}
	return v, f.Err() == nil
}

func (v *value) set(to pcommon.Value) {
	switch v.kind {
	case tagString:
		to.SetStr(v.text)
	case tagBool:
		to.SetBool(v.number != 0)
	case tagInt:
		to.SetInt(int64(v.number)) //nolint:gosec // as pdata does
	case tagDouble:
		to.SetDouble(math.Float64frombits(binary.LittleEndian.Uint64(v.raw)))
	case tagBytes:
		to.SetEmptyBytes().FromRaw(v.raw)
	}
}
