// SPDX-License-Identifier: Apache-2.0

package read

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// bodies reads bodies of records. It holds memory that the next body reuses.
type bodies struct {
	*Options
	json  logformat.JSONReader
	lines logformat.Scratch
	// depth counts the envelopes around the line that is read.
	depth int
}

// read reads a text, JSON or map body into rec, which equals before. isAccessLog
// is set if values beside the body prove an access log.
func (b *bodies) read(body pcommon.Value, rec, before *accesslog.Record, isAccessLog bool) contract.Verdict {
	switch body.Type() {
	case pcommon.ValueTypeStr:
		return b.readLine(body.Str(), rec, before, isAccessLog)
	case pcommon.ValueTypeBytes:
		return b.readLine(string(body.Bytes().AsRaw()), rec, before, isAccessLog)
	case pcommon.ValueTypeMap:
		return b.readMap(body.Map(), rec, before, isAccessLog)
	default:
		return contract.VerdictNoFormat
	}
}

// readLine tries the user's own format first, then JSON, then Istio's text.
func (b *bodies) readLine(line string, rec, before *accesslog.Record, isAccessLog bool) contract.Verdict {
	switch {
	case b.readOwnText(line, rec, before, isAccessLog):
		return ""
	case logformat.LooksLikeJSON(line):
		return b.readJSON(line, rec, before, isAccessLog)
	case formats.DefaultText.Parse(line, rec, &b.lines, b.Open):
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
func (b *bodies) readOwnText(line string, rec, before *accesslog.Record, isAccessLog bool) bool {
	if b.Text == nil || b.Text.IsSeveral(line, &b.lines) || !b.Text.Parse(line, rec, &b.lines, true) {
		return false
	}
	if b.Text.Proves() || isAccessLog || rec.IsAccessLog() {
		return true
	}
	rec.CopyFrom(before)
	return false
}

func (b *bodies) readJSON(line string, rec, before *accesslog.Record, isAccessLog bool) contract.Verdict {
	if err := b.json.Parse(line, b.Keys, rec); err != nil {
		return contract.VerdictBadJSON
	}
	if rec.IsAccessLog() {
		return ""
	}
	for _, name := range lineKeys {
		if inner, ok := b.json.Text(name); ok {
			// The value lies in memory that the next line of JSON takes.
			return b.readInner(strings.Clone(inner), rec, before, isAccessLog)
		}
	}
	return contract.VerdictNoFormat
}
