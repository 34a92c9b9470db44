// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// Each key and each spelling of a row leads to the same operator.
func TestOperatorRows(t *testing.T) {
	rows := OperatorRows()
	require.Len(t, rows, int(accesslog.NumOps))
	keys := 0
	for _, row := range rows {
		want, ok := Operators.ByKey(row.Keys[0])
		require.True(t, ok, row.Keys[0])
		assert.Equal(t, want.Key(), row.Keys[0], "the first key is the operator's own")
		for _, key := range row.Keys {
			op, ok := Operators.ByKey(key)
			assert.True(t, ok, key)
			assert.Equal(t, want, op, key)
		}
		keys += len(row.Keys) - 1
		assert.NotEmpty(t, row.Spellings, row.Keys[0])
	}
	assert.Equal(t, len(otherKeys), keys, "each other key stands in one row")
}
