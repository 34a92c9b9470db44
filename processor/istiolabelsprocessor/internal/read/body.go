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
		return r.readMap(body.Map(), rec)
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
		return r.readJSON(line, rec)
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

func (r *Reader) readJSON(line string, rec *accesslog.Record) contract.Verdict {
	if err := r.json.Parse(line, r.Keys, rec); err != nil {
		return contract.VerdictBadJSON
	}
	return needsEvidence(rec)
}

func (r *Reader) readMap(m pcommon.Map, rec *accesslog.Record) contract.Verdict {
	for name, v := range m.All() {
		if target, ok := r.Keys.Lookup(name); ok {
			store(target, v, rec)
		}
	}
	return needsEvidence(rec)
}

// needsEvidence lets a record pass that is an access log: applications log JSON,
// too.
func needsEvidence(rec *accesslog.Record) contract.Verdict {
	if rec.IsAccessLog() {
		return ""
	}
	return contract.VerdictNoFormat
}
