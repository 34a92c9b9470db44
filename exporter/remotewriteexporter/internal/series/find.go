package series

import "go.opentelemetry.io/collector/pdata/pcommon"

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
	r.identity = r.identity[:from.prefix]
	for key, value := range attributes.All() {
		text := textOf(value)
		if text != "" {
			r.identity = appendString(appendString(r.identity, key), text)
		}
	}
	e, hash := r.cache.find(r.identity)
	if e == nil {
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
		e = r.cache.add(hash, r.identity, set)
	}
	e.used = r.now
	return e.set
}

// textOf returns the label's value that an attribute becomes. A label that is
// empty is one that is not there.
func textOf(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return v.AsString()
}
