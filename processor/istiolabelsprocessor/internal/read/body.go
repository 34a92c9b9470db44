package read

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// readBody reads a text, JSON or map body into rec, which equals before.
func (r *Reader) readBody(body pcommon.Value, rec, before *accesslog.Record) contract.Verdict {
	switch body.Type() {
	case pcommon.ValueTypeStr:
		return r.readLine(body.Str(), rec, before)
	case pcommon.ValueTypeBytes:
		return r.readLine(string(body.Bytes().AsRaw()), rec, before)
	case pcommon.ValueTypeMap:
		return r.readMap(body.Map(), rec, before)
	default:
		return contract.VerdictNoFormat
	}
}

// readLine tries the user's own format first, then JSON, then Istio's text.
func (r *Reader) readLine(line string, rec, before *accesslog.Record) contract.Verdict {
	switch {
	case r.readOwnText(line, rec, before):
		return ""
	case logformat.LooksLikeJSON(line):
		return r.readJSON(line, rec, before)
	case formats.DefaultText.Parse(line, rec, &r.lines, r.Open):
		return ""
	case strings.HasPrefix(line, "["):
		return contract.VerdictBadText
	case strings.HasPrefix(line, "{"):
		return contract.VerdictBadJSON
	default:
		return contract.VerdictNoFormat
	}
}

// readOwnText reads a line in the user's own format. A format that fits lines of
// anything needs values that prove an access log, in the line or beside it; else
// what it found is taken back.
func (r *Reader) readOwnText(line string, rec, before *accesslog.Record) bool {
	if r.Text == nil || r.Text.IsSeveral(line, &r.lines) || !r.Text.Parse(line, rec, &r.lines, true) {
		return false
	}
	if r.Text.Proves() || r.record.IsAccessLog() || rec.IsAccessLog() {
		return true
	}
	rec.CopyFrom(before)
	return false
}

func (r *Reader) readJSON(line string, rec, before *accesslog.Record) contract.Verdict {
	if err := r.json.Parse(line, r.Keys, rec); err != nil {
		return contract.VerdictBadJSON
	}
	if rec.IsAccessLog() {
		return ""
	}
	for _, name := range lineKeys {
		if inner, ok := r.json.Text(name); ok {
			// The value lies in memory that the next line of JSON takes.
			inner = strings.Clone(inner)
			rec.CopyFrom(before)
			return r.readInner(inner, rec, before)
		}
	}
	return contract.VerdictNoFormat
}

// lineKeys are the names under which log agents and container runtimes write the
// line itself: fluent-bit and Docker `log`, others `message`.
var lineKeys = []string{"log", "message"}

// maxInner bounds the envelopes around a line: an agent's around a runtime's.
const maxInner = 2

// readInner reads the line that stands in what an agent made of it.
func (r *Reader) readInner(line string, rec, before *accesslog.Record) contract.Verdict {
	if r.depth >= maxInner {
		return contract.VerdictNoFormat
	}
	r.depth++
	defer func() { r.depth-- }()
	return r.readLine(line, rec, before)
}

func (r *Reader) readMap(m pcommon.Map, rec, before *accesslog.Record) contract.Verdict {
	var set named
	for name, v := range m.All() {
		set.signs.Note(name)
		if target, ok := r.Keys.Lookup(name); ok {
			set.add(name, target, v, rec)
		}
	}
	set.finish(rec)
	if rec.IsAccessLog() {
		return ""
	}
	for _, name := range lineKeys {
		if v, ok := m.Get(name); ok && v.Type() == pcommon.ValueTypeStr {
			rec.CopyFrom(before)
			return r.readInner(v.Str(), rec, before)
		}
	}
	return contract.VerdictNoFormat
}
