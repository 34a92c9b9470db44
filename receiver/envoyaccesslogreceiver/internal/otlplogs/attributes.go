// SPDX-License-Identifier: Apache-2.0

package otlplogs

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Tags of the fields of an attribute.
const (
	tagKey   = uint64(wire.TagKey)
	tagValue = uint64(wire.TagValue)
)

// attributes are those of one record, scope or resource.
type attributes struct {
	list    []attribute
	strings []byte
	builder xpdata.MapBuilder
}

type attribute struct {
	name  string
	value value
}

// What is kept for the next record.
const (
	keptAttributes = 2048     // some 150 KB
	keptStrings    = 16 << 10 // bytes
)

// reset lets go of the message, also where the last record could not be decoded.
func (a *attributes) reset() {
	if len(a.list) == 0 {
		return
	}
	clear(a.list)
	a.list, a.strings = a.list[:0], a.strings[:0]
	if cap(a.list) > keptAttributes {
		a.list = nil
	}
}

// add reads an attribute. It is false if the attribute has an uncommon field.
func (a *attributes) add(b []byte, names *names) bool {
	place := len(a.list)
	if key, text, ok := wire.Pair(b); ok {
		a.list = append(a.list, attribute{names.name(key, place), value{kind: tagString, raw: text}})
		return true
	}
	var read attribute
	f := wire.Scan(b, 0, len(b))
	for f.Next() {
		ok := true
		switch f.Tag {
		case tagKey:
			read.name = names.name(f.Bytes(), place)
		case tagValue:
			read.value, ok = readValue(f.Bytes())
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	a.list = append(a.list, read)
	return f.Err() == nil
}

// moveTo sets the attributes that were added, and makes the string of the body. Resources
// and scopes have an empty one.
func (a *attributes) moveTo(to pcommon.Map, body *value) {
	if len(a.list) == 0 {
		if body.kind == tagString {
			body.text = string(body.raw)
		}
		return
	}
	a.collect(body)
	for i := range a.list {
		a.collect(&a.list[i].value)
	}
	all := body.cut(string(a.strings))
	a.builder.EnsureCapacity(len(a.list))
	for i := range a.list {
		v := &a.list[i].value
		all = v.cut(all)
		v.set(a.builder.AppendEmpty(a.list[i].name))
	}
	a.builder.UnsafeIntoMap(to)
	a.reset()
}

// collect puts a string behind those before it. One for which there is no room is a string
// of its own.
func (a *attributes) collect(v *value) {
	if v.kind != tagString {
		return
	}
	if len(a.strings)+len(v.raw) > keptStrings {
		v.text, v.raw = string(v.raw), nil
		return
	}
	a.strings = append(a.strings, v.raw...)
}

// cut takes what collect put there off the front of all strings.
func (v *value) cut(all string) (rest string) {
	if v.kind != tagString || v.raw == nil {
		return all
	}
	v.text = all[:len(v.raw)]
	return all[len(v.raw):]
}
