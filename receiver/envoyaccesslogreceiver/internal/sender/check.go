// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// Reasons for which records are refused.
const (
	// Mismatch means that a record names another namespace than the certificate.
	Mismatch = "sender_mismatch"
	// Unverified means that there is no certificate that names a namespace.
	Unverified = "sender_unverified"
)

// keys are the names of values in JSON that may name a sender.
var keys = func() *logformat.Keys {
	k, err := formats.Operators.CompileLabels(nil)
	if err != nil {
		panic(err) // there are no labels that could be wrong
	}
	return k
}()

// Removed is what Remove removed.
type Removed struct {
	// Records is how many.
	Records int
	// Reason is Mismatch or Unverified.
	Reason string
	// NodeID is the node id that the first of them names, empty if it names none in
	// an attribute.
	NodeID string
}

// Remove removes the records that name another sender than the certificate.
// Resources and scopes that have no records left go, too.
func Remove(certificate Certificate, logs plog.Logs) Removed {
	removed := Removed{Reason: Mismatch}
	if certificate.Namespace == "" {
		removed.Reason = Unverified
	}
	logs.ResourceLogs().RemoveIf(func(rl plog.ResourceLogs) bool {
		resource := rl.Resource().Attributes()
		ofResource := istio.Sender{Namespace: certificate.Namespace}
		claimResource(&ofResource, resource)
		rl.ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool {
			ofScope := ofResource
			claim(&ofScope, sl.Scope().Attributes())
			sl.LogRecords().RemoveIf(func(lr plog.LogRecord) bool {
				if removed.Reason == Mismatch && agrees(ofScope, lr) {
					return false
				}
				if removed.Records++; removed.Records == 1 {
					removed.NodeID = NodeID(lr.Attributes(), resource)
				}
				return true
			})
			return sl.LogRecords().Len() == 0
		})
		return rl.ScopeLogs().Len() == 0
	})
	return removed
}

// Resource tells whether a resource names no other sender than the certificate.
func Resource(certificate Certificate, attributes pcommon.Map) bool {
	s := istio.Sender{Namespace: certificate.Namespace}
	claimResource(&s, attributes)
	return s.Agrees()
}

// Record tells the same of a record.
func Record(certificate Certificate, lr plog.LogRecord) bool {
	return agrees(istio.Sender{Namespace: certificate.Namespace}, lr)
}

func agrees(s istio.Sender, lr plog.LogRecord) bool {
	claim(&s, lr.Attributes())
	switch body := lr.Body(); body.Type() {
	case pcommon.ValueTypeMap:
		claim(&s, body.Map())
	case pcommon.ValueTypeStr:
		claimLine(&s, body.Str())
	case pcommon.ValueTypeBytes:
		claimLine(&s, string(body.Bytes().AsRaw()))
	}
	return s.Agrees()
}

func claimResource(s *istio.Sender, attributes pcommon.Map) {
	claim(s, attributes)
	// A key may be there twice, and each is a claim.
	for name, v := range attributes.All() {
		for _, ra := range formats.ResourceAttributes {
			if ra.Key == name {
				s.Claim(ra.Op, text(v))
			}
		}
	}
}

func claim(s *istio.Sender, attributes pcommon.Map) {
	for name, v := range attributes.All() {
		if op, ok := formats.Operators.ByKey(name); ok {
			s.Claim(op, text(v))
		}
	}
}

// text is a value as a processor may read it: bytes are text to it, too.
func text(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeBytes {
		return string(v.Bytes().AsRaw())
	}
	return v.AsString()
}

// claimLine reads a body of JSON, as the processor does.
func claimLine(s *istio.Sender, line string) {
	if !logformat.LooksLikeJSON(line) {
		return
	}
	var (
		reader logformat.JSONReader
		rec    accesslog.Record
	)
	if reader.Parse(line, keys, &rec) != nil {
		return // nobody can read it
	}
	for op := range accesslog.NumOps {
		s.Claim(op, rec.Get(op)) // which of them name a sender istio.Sender knows
	}
}
