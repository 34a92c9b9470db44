// SPDX-License-Identifier: Apache-2.0

package otlplogs

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Tags of the fields of a log record.
const (
	tagTime         = uint64(wire.TagTime)
	tagSeverity     = 2<<3 | uint64(wire.Varint)
	tagSeverityText = 3<<3 | uint64(wire.Length)
	tagBody         = uint64(wire.TagBody)
	tagAttributes   = 6<<3 | uint64(wire.Length)
	tagDropped      = 7<<3 | uint64(wire.Varint)
	tagFlags        = 8<<3 | uint64(wire.Fixed32)
	tagTraceID      = uint64(wire.TagTraceID)
	tagSpanID       = uint64(wire.TagSpanID)
	tagObserved     = uint64(wire.TagObservedTime)
	tagEventName    = 12<<3 | uint64(wire.Length)
)

func (d *decoder) record(b []byte, to plog.LogRecord) bool {
	d.attributes.reset()
	var body value
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		var ok bool
		switch f.Tag {
		case tagAttributes:
			ok = d.attributes.add(f.Bytes(), &d.names)
		case tagBody:
			body, ok = readValue(f.Bytes())
		default:
			ok = setField(to, &f)
		}
		if !ok {
			return false
		}
	}
	d.attributes.moveTo(to.Attributes(), &body)
	body.set(to.Body())
	return f.Err() == nil
}

// setField sets what is neither the body nor an attribute. It is false if the record has
// no such field.
func setField(to plog.LogRecord, f *wire.Scanner) bool {
	switch f.Tag {
	case tagTime:
		to.SetTimestamp(pcommon.Timestamp(binary.LittleEndian.Uint64(f.Bytes())))
	case tagObserved:
		to.SetObservedTimestamp(pcommon.Timestamp(binary.LittleEndian.Uint64(f.Bytes())))
	case tagSeverity:
		to.SetSeverityNumber(plog.SeverityNumber(f.Varint)) //nolint:gosec // as pdata does
	case tagSeverityText:
		to.SetSeverityText(string(f.Bytes()))
	case tagDropped:
		to.SetDroppedAttributesCount(uint32(f.Varint)) //nolint:gosec // as pdata does
	case tagFlags:
		to.SetFlags(plog.LogRecordFlags(binary.LittleEndian.Uint32(f.Bytes())))
	case tagTraceID:
		return setTraceID(to, f.Bytes())
	case tagSpanID:
		return setSpanID(to, f.Bytes())
	case tagEventName:
		to.SetEventName(string(f.Bytes()))
	default:
		return false
	}
	return true
}

// An empty identifier is none.
func setTraceID(to plog.LogRecord, b []byte) bool {
	var id pcommon.TraceID
	to.SetTraceID(id)
	if len(b) == len(id) {
		to.SetTraceID(pcommon.TraceID(b))
	}
	return len(b) == len(id) || len(b) == 0
}

func setSpanID(to plog.LogRecord, b []byte) bool {
	var id pcommon.SpanID
	to.SetSpanID(id)
	if len(b) == len(id) {
		to.SetSpanID(pcommon.SpanID(b))
	}
	return len(b) == len(id) || len(b) == 0
}
