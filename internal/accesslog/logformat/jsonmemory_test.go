// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// A line of unusual length does not keep its memory.
func TestJSONReaderGivesMemoryBack(t *testing.T) {
	keys, err := NewOperators(nil, nil).CompileLabels(nil)
	require.NoError(t, err)
	var r JSONReader
	var rec accesslog.Record
	require.NoError(t, r.Parse(`{"a":"b","c":1}`, keys, &rec))
	r.Release()
	assert.NotEqual(t, JSONReader{}, r, "memory of a usual one is used again")
	require.NoError(t, r.Parse(`{"a":"`+strings.Repeat("x", usualLine)+`","b":"c"}`, keys, &rec))
	text, _ := r.Text("b")
	assert.Equal(t, "c", text)
	r.Release()
	assert.Equal(t, JSONReader{}, r)
}
