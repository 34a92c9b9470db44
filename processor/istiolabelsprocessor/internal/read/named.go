// SPDX-License-Identifier: Apache-2.0

package read

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// maxCommon bounds the values under common keys of one set. There are fewer such
// keys.
const maxCommon = 8

// named reads one set of named values. Those under common keys wait until all
// others are there, since these tell whether Envoy wrote them.
type named struct {
	signs   formats.Signs
	waiting [maxCommon]commonValue
	n       int
}

type commonValue struct {
	target logformat.Target
	value  pcommon.Value
}

// add stores a value, or lets it wait.
func (s *named) add(target logformat.Target, v pcommon.Value, rec *accesslog.Record) {
	op, isOne := target.Op()
	if isOne && op == accesslog.NodeID && v.Type() == pcommon.ValueTypeStr {
		s.signs.NodeID = v.Str()
	}
	if !target.IsCommon() {
		store(target, v, rec)
		return
	}
	if s.n < maxCommon {
		s.waiting[s.n] = commonValue{target, v}
		s.n++
	}
}

// finish stores what waits, where it is to be believed.
func (s *named) finish(rec *accesslog.Record) {
	if s.n == 0 {
		return
	}
	isAccessLog := rec.IsAccessLog()
	for _, w := range s.waiting[:s.n] {
		op, _ := w.target.Op()
		if s.signs.Believe(op, w.value.Str(), isAccessLog) { // "" unless it is a string
			store(w.target, w.value, rec)
		}
	}
}
