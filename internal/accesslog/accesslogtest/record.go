// SPDX-License-Identifier: Apache-2.0

// Package accesslogtest has what tests of readers of access logs share.
package accesslogtest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// AssertConsistent checks what holds for every record, however it came about.
func AssertConsistent(t *testing.T, rec *accesslog.Record) {
	t.Helper()
	for op := range accesslog.NumOps {
		if !rec.Has(op) {
			assert.Empty(t, rec.Raw(op))
		}
		if n, ok := rec.Int(op); ok {
			assert.GreaterOrEqual(t, n, int64(0))
		}
	}
	var copied accesslog.Record
	copied.CopyFrom(rec)
	for op, v := range rec.Each {
		assert.Equal(t, v, copied.Raw(op))
	}
}
