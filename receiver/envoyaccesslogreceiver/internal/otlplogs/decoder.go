// SPDX-License-Identifier: Apache-2.0

package otlplogs

import (
	"errors"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Tags of fields, by message: the number of a field times 8, and its type.
const (
	tagResourceLogs = 1<<3 | uint64(wire.Length)

	tagResource  = 1<<3 | uint64(wire.Length)
	tagScopeLogs = 2<<3 | uint64(wire.Length)

	tagScope      = 1<<3 | uint64(wire.Length)
	tagLogRecords = 2<<3 | uint64(wire.Length)

	// Of a resource's logs and of a scope's.
	tagSchemaURL = 3<<3 | uint64(wire.Length)

	tagResourceAttributes = 1<<3 | uint64(wire.Length)
	tagResourceDropped    = 2<<3 | uint64(wire.Varint)

	tagScopeName       = 1<<3 | uint64(wire.Length)
	tagScopeVersion    = 2<<3 | uint64(wire.Length)
	tagScopeAttributes = 3<<3 | uint64(wire.Length)
	tagScopeDropped    = 4<<3 | uint64(wire.Varint)
)

// decoder holds the memory that one request needs and the next one reuses.
type decoder struct {
	names      names
	attributes attributes
	// noBody stays empty.
	noBody value
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// errUncommon is returned for a message that was not measured, or is uncommon.
var errUncommon = errors.New("the request has a field that is not expected")

// Decode decodes a request that [wire.OTLPLogs] measured. The size must say that it is not
// uncommon. Bytes that are not valid UTF-8 stay in strings, as pdata leaves them.
func Decode(b []byte) (plog.Logs, error) {
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	logs := plog.NewLogs()
	for f := wire.Scan(b, 0, len(b)); ; {
		switch {
		case !f.Next():
			return logs, f.Err()
		case f.Tag != tagResourceLogs || !d.resourceLogs(f.Bytes(), logs.ResourceLogs().AppendEmpty()):
			return logs, errUncommon
		}
	}
}

func (d *decoder) resourceLogs(b []byte, to plog.ResourceLogs) bool {
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		ok := true
		switch f.Tag {
		case tagResource:
			ok = d.resource(f.Bytes(), to.Resource())
		case tagScopeLogs:
			ok = d.scopeLogs(f.Bytes(), to.ScopeLogs().AppendEmpty())
		case tagSchemaURL:
			to.SetSchemaUrl(string(f.Bytes()))
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return f.Err() == nil
}

func (d *decoder) resource(b []byte, to pcommon.Resource) bool {
	d.attributes.reset()
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		switch f.Tag {
		case tagResourceAttributes:
			if !d.attributes.add(f.Bytes(), &d.names) {
				return false
			}
		case tagResourceDropped:
			to.SetDroppedAttributesCount(uint32(f.Varint)) //nolint:gosec // as pdata does
		default:
			return false
		}
	}
	d.attributes.moveTo(to.Attributes(), &d.noBody)
	return f.Err() == nil
}

func (d *decoder) scopeLogs(b []byte, to plog.ScopeLogs) bool {
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		ok := true
		switch f.Tag {
		case tagScope:
			ok = d.scope(f.Bytes(), to.Scope())
		case tagLogRecords:
			ok = d.record(f.Bytes(), to.LogRecords().AppendEmpty())
		case tagSchemaURL:
			to.SetSchemaUrl(string(f.Bytes()))
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return f.Err() == nil
}

func (d *decoder) scope(b []byte, to pcommon.InstrumentationScope) bool {
	d.attributes.reset()
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		switch f.Tag {
		case tagScopeName:
			to.SetName(string(f.Bytes()))
		case tagScopeVersion:
			to.SetVersion(string(f.Bytes()))
		case tagScopeAttributes:
			if !d.attributes.add(f.Bytes(), &d.names) {
				return false
			}
		case tagScopeDropped:
			to.SetDroppedAttributesCount(uint32(f.Varint)) //nolint:gosec // as pdata does
		default:
			return false
		}
	}
	d.attributes.moveTo(to.Attributes(), &d.noBody)
	return f.Err() == nil
}
