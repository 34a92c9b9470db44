// SPDX-License-Identifier: Apache-2.0

package read

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// lineKeys are the names under which log agents and container runtimes write the
// line itself: fluent-bit and Docker `log`, others `message`.
var lineKeys = []string{"log", "message"}

// maxInner bounds the envelopes around a line: an agent's around a runtime's.
const maxInner = 2

// readMap reads a map whose members are the values, or that holds the line.
func (b *bodies) readMap(m pcommon.Map, rec, before *accesslog.Record, isAccessLog bool) contract.Verdict {
	var set named
	for name, v := range m.All() {
		set.signs.Note(name)
		if target, ok := b.Keys.Lookup(name); ok {
			set.add(target, v, rec)
		}
	}
	set.finish(rec)
	if rec.IsAccessLog() {
		return ""
	}
	for _, name := range lineKeys {
		if v, ok := m.Get(name); ok && v.Type() == pcommon.ValueTypeStr {
			return b.readInner(v.Str(), rec, before, isAccessLog)
		}
	}
	return contract.VerdictNoFormat
}

// readInner reads the line that stands in what an agent made of it. What stands
// beside the line is not Envoy's.
func (b *bodies) readInner(line string, rec, before *accesslog.Record, isAccessLog bool) contract.Verdict {
	if b.depth >= maxInner {
		return contract.VerdictNoFormat
	}
	b.depth++
	defer func() { b.depth-- }()
	rec.CopyFrom(before)
	return b.readLine(line, rec, before, isAccessLog)
}
