// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// source is what a point's labels have of its resource.
type source struct {
	job, instance string
	// prefix is how many bytes of Reader.identity it is.
	prefix int
}

// identify returns the labels job and instance of a resource, empty if it has
// none.
func identify(resource pcommon.Map) (job, instance string) {
	if name, ok := resource.Get("service.name"); ok {
		job = name.AsString()
		if namespace, ok := resource.Get("service.namespace"); ok && job != "" {
			job = namespace.AsString() + "/" + job
		}
	}
	if id, ok := resource.Get("service.instance.id"); ok {
		instance = id.AsString()
	}
	return job, instance
}

// findSet returns the set of a point, or nil if its attributes make no labels.
func (r *Reader) findSet(attributes pcommon.Map, from source) *Set {
	// The next metric as a rule has points for the same label sets in the same
	// order, and so has the next batch.
	e := r.last.after
	if !e.is(r.identity[:from.prefix], attributes) {
		e = r.findEntry(attributes, from)
		r.last.after = e
	}
	r.last = e
	e.used = r.now
	return e.set
}

// findEntry finds the entry of a point by its hash, and makes it if there is none.
func (r *Reader) findEntry(attributes pcommon.Map, from source) *entry {
	r.identity = r.identity[:from.prefix]
	for key, value := range attributes.All() {
		if text := textOf(value); text != "" {
			r.identity = appendString(appendString(r.identity, key), text)
		}
	}
	e, hash := r.cache.find(r.identity)
	if e != nil {
		return e
	}
	r.attributes = r.attributes[:0]
	for key, value := range attributes.All() {
		if text := textOf(value); text != "" {
			r.attributes = append(r.attributes, attribute{key, text})
		}
	}
	set, ok := r.newSet(from.job, from.instance, r.attributes)
	clear(r.attributes)
	if !ok {
		set = nil
	}
	return r.cache.add(hash, r.identity, set)
}

// is says whether the entry is that of a point: its identity is prefix, and then
// the attributes.
func (e *entry) is(prefix []byte, attributes pcommon.Map) bool {
	if e == nil {
		return false
	}
	rest, ok := bytes.CutPrefix(e.identity, prefix)
	for key, value := range attributes.All() {
		if !ok {
			break
		}
		text := textOf(value)
		if text == "" {
			continue
		}
		if rest, ok = cutEqual(rest, key); ok {
			rest, ok = cutEqual(rest, text)
		}
	}
	return ok && len(rest) == 0
}

// cutEqual cuts a string off that appendString wrote, if it is s.
func cutEqual(b []byte, s string) (rest []byte, ok bool) {
	if end := 1 + len(s); end <= 1<<7 { // its length is one byte
		if len(b) < end || int(b[0]) != len(s) || string(b[1:end]) != s {
			return nil, false
		}
		return b[end:], true
	}
	size, n := binary.Uvarint(b)
	if n <= 0 || size != uint64(len(s)) || string(b[n:n+len(s)]) != s {
		return nil, false
	}
	return b[n+len(s):], true
}

// textOf returns the label's value that an attribute becomes. A label that is
// empty is one that is not there.
func textOf(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return v.AsString()
}
