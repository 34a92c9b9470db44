// SPDX-License-Identifier: Apache-2.0

package read

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// Reader holds the memory that one request needs and the next one reuses. It is
// not safe for concurrent use.
type Reader struct {
	*Formats

	resource, body, none accesslog.Record

	recent recent
	bodies bodies
}

// NewReader returns a reader.
func (f *Formats) NewReader() *Reader {
	return &Reader{Formats: f, bodies: bodies{Options: &f.Options}}
}

// Release lets go of the request's values.
func (r *Reader) Release() {
	r.resource.Release()
	r.body.Release()
	r.bodies.json.Release()
}

// Foreign says which names arrived that only the processor may use.
type Foreign struct {
	// Contract is set for names that start with contract.Prefix.
	Contract bool
	// Label is set for names of labels.
	Label bool
}

// Found is what was found in a log record.
type Found struct {
	// Foreign are the names among its attributes.
	Foreign Foreign
	// Reason is why it is no access log, empty if it is one.
	Reason contract.Verdict
}

// Read reads a log record into rec, which it overwrites. resource is what Resource
// returned. Values of a record that is accesslog.Record.Borrowed hold until the next
// one is read.
func (r *Reader) Read(lr plog.LogRecord, resource, rec *accesslog.Record) (found Found) {
	rec.CopyFrom(resource)
	if lr.Attributes().Len() > 0 {
		found.Foreign = r.readAttributes(lr.Attributes(), rec)
	}
	isAccessLog := rec.IsAccessLog()
	if isAccessLog && rec.IsComplete() {
		return found
	}
	reason := r.addBody(lr, resource, rec, isAccessLog)
	if !isAccessLog {
		found.Reason = reason
	}
	return found
}

// addBody adds what the body says. Each attribute stands alone, while a client
// writes part of a line: beside attributes the body only fills gaps.
func (r *Reader) addBody(lr plog.LogRecord, resource, rec *accesslog.Record, isAccessLog bool) contract.Verdict {
	if lr.Attributes().Len() == 0 {
		return r.bodies.read(lr.Body(), rec, resource, isAccessLog)
	}
	r.body.Reset()
	reason := r.bodies.read(lr.Body(), &r.body, &r.none, isAccessLog)
	if reason == "" {
		rec.Fill(&r.body)
	}
	return reason
}

func (r *Reader) readAttributes(attributes pcommon.Map, rec *accesslog.Record) (foreign Foreign) {
	var set named
	place := 0
	for name, v := range attributes.All() {
		known := r.recent.find(r.attributes, name, place)
		place++
		if known == nil {
			set.signs.Note(name)
			foreign.add(r.Names.Owner(name))
			continue
		}
		if known.isSign {
			set.signs.Note(name)
		}
		set.add(known.target, v, rec)
		foreign.add(known.owner)
	}
	set.finish(rec)
	return foreign
}

func (f *Foreign) add(owner attrname.Owner) {
	switch owner {
	case attrname.Contract:
		f.Contract = true
	case attrname.Label, attrname.Shared:
		f.Label = true
	}
}
