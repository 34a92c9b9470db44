package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// foreignNames says which names arrived that only we may use.
type foreignNames struct{ contract, label bool }

// readResource reads what the resource says of all its records.
func (w *worker) readResource(resource pcommon.Resource) {
	w.base.Reset()
	attributes := resource.Attributes()
	if attributes.Len() == 0 {
		return
	}
	w.removeOwned(attributes, false)
	for name, v := range attributes.All() {
		if target, ok := w.p.keys.Lookup(name); ok && isShort(v) {
			store(target, v, &w.base)
		}
	}
	for _, ra := range formats.ResourceAttributes {
		if v, ok := attributes.Get(ra.Key); ok && v.Type() == pcommon.ValueTypeStr && isShort(v) && w.base.Get(ra.Op) == "" {
			w.base.Set(ra.Op, v.Str())
		}
	}
}

// maxResourceValue bounds an attribute of a resource: what it says is read again
// for each of the resource's records.
const maxResourceValue = 4096

// isShort is true for scalar values that maxResourceValue allows.
func isShort(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return len(v.Str()) <= maxResourceValue
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool, pcommon.ValueTypeEmpty:
		return true
	default:
		return false
	}
}

// read fills the record from attributes and, where they do not say it all,
// from the body. The reason is empty if an access log was found.
func (w *worker) read(lr plog.LogRecord) (foreign foreignNames, reason contract.Verdict) {
	w.record.CopyFrom(&w.base)
	if lr.Attributes().Len() > 0 {
		foreign = w.readMap(lr.Attributes())
	}
	fromAttributes := w.record.IsAccessLog()
	if fromAttributes && w.record.IsComplete() {
		return foreign, ""
	}
	body := &w.record
	if lr.Attributes().Len() > 0 {
		// Each attribute stands alone, while a client writes part of a line: the
		// body only fills gaps.
		body = &w.body
		body.Reset()
	}
	reason = w.readBody(lr.Body(), body)
	if body != &w.record && reason == "" {
		w.record.Fill(body)
	}
	if fromAttributes {
		return foreign, ""
	}
	return foreign, reason
}

// readMap reads named values into the record.
func (w *worker) readMap(m pcommon.Map) (foreign foreignNames) {
	for name, v := range m.All() {
		target, ok := w.p.keys.Lookup(name)
		if ok {
			store(target, v, &w.record)
			if !isOperatorToo(name) && !w.p.isUsersOwn(name) && !w.p.isFormatsOwn(name) {
				continue
			}
		}
		if contract.Owns(name) {
			foreign.contract = true
		} else if _, ok := w.p.owned[name]; ok {
			foreign.label = true
		}
	}
	return foreign
}

// isOperatorToo holds for the labels that have the name of an operator's key.
func isOperatorToo(name string) bool {
	return name == contract.ResponseCode.String() || name == contract.ResponseFlags.String()
}

// readBody reads a text, JSON or map body.
func (w *worker) readBody(body pcommon.Value, rec *accesslog.Record) contract.Verdict {
	switch body.Type() {
	case pcommon.ValueTypeStr:
		return w.readLine(body.Str(), rec)
	case pcommon.ValueTypeBytes:
		return w.readLine(string(body.Bytes().AsRaw()), rec)
	case pcommon.ValueTypeMap:
		for name, v := range body.Map().All() {
			if target, ok := w.p.keys.Lookup(name); ok {
				store(target, v, rec)
			}
		}
		if rec.IsAccessLog() {
			return ""
		}
	}
	return contract.VerdictNoFormat
}

func (w *worker) readLine(line string, rec *accesslog.Record) contract.Verdict {
	withOpen := w.p.expressions != nil
	if w.p.text != nil && w.p.text.Parse(line, rec, &w.lines, true) {
		if w.p.text.Proves() || w.record.IsAccessLog() {
			return ""
		}
		w.undo(rec)
	}
	if logformat.LooksLikeJSON(line) {
		if err := w.json.Parse(line, w.p.keys, rec); err != nil {
			return contract.VerdictBadJSON
		}
		if rec.IsAccessLog() {
			return ""
		}
		return contract.VerdictNoFormat
	}
	if formats.DefaultText.Parse(line, rec, &w.lines, withOpen) {
		return ""
	}
	switch {
	case strings.HasPrefix(line, "["):
		return contract.VerdictBadText
	case strings.HasPrefix(line, "{"):
		return contract.VerdictBadJSON
	default:
		return contract.VerdictNoFormat
	}
}

// undo takes back what a line put into a record.
func (w *worker) undo(rec *accesslog.Record) {
	if rec == &w.record {
		rec.CopyFrom(&w.base)
		return
	}
	rec.Reset()
}

// maxDepth bounds nested values: nothing that Envoy logs is deeper.
const maxDepth = 16

// store writes a value as the text that Envoy would write.
func store(target logformat.Target, v pcommon.Value, rec *accesslog.Record) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		target.Store(v.Str(), rec)
	case pcommon.ValueTypeInt:
		target.Store(strconv.FormatInt(v.Int(), 10), rec)
	case pcommon.ValueTypeBool:
		target.Store(strconv.FormatBool(v.Bool()), rec)
	case pcommon.ValueTypeDouble:
		if d := v.Double(); d == math.Trunc(d) && math.Abs(d) < 1<<53 {
			target.Store(strconv.FormatInt(int64(d), 10), rec)
		}
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		if isShallow(v, maxDepth) {
			target.Store(v.AsString(), rec)
		}
	case pcommon.ValueTypeBytes:
		target.Store(string(v.Bytes().AsRaw()), rec)
	}
}

// isShallow tells whether a value is nested at most so deep.
func isShallow(v pcommon.Value, depth int) bool {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		return isShallowMap(v.Map(), depth)
	case pcommon.ValueTypeSlice:
		return isShallowSlice(v.Slice(), depth)
	default:
		return depth > 0
	}
}

func isShallowMap(m pcommon.Map, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, member := range m.All() {
		if !isShallow(member, depth-1) {
			return false
		}
	}
	return true
}

func isShallowSlice(s pcommon.Slice, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, item := range s.All() {
		if !isShallow(item, depth-1) {
			return false
		}
	}
	return true
}
