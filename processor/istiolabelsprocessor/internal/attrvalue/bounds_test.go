// SPDX-License-Identifier: Apache-2.0

package attrvalue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func TestIsShort(t *testing.T) {
	for _, tc := range []struct {
		value any
		want  bool
	}{
		{strings.Repeat("v", MaxLen), true},
		{strings.Repeat("v", MaxLen+1), false},
		{1, true},
		{1.5, true},
		{false, true},
		{nil, true},
		{[]byte{1}, false},
		{[]any{}, false},
		{map[string]any{}, false},
	} {
		v := pcommon.NewValueEmpty()
		require.NoError(t, v.FromRaw(tc.value))
		assert.Equal(t, tc.want, IsShort(v), "%T", tc.value)
	}
}

func TestIsShallow(t *testing.T) {
	for _, levels := range []int{0, 1, MaxDepth - 1, MaxDepth, 10_000} {
		maps, slices := pcommon.NewValueEmpty(), pcommon.NewValueEmpty()
		m, s := maps, slices
		for range levels {
			m, s = m.SetEmptyMap().PutEmpty("a"), s.SetEmptySlice().AppendEmpty()
		}
		want := levels < MaxDepth
		assert.Equal(t, want, IsShallow(maps), levels)
		assert.Equal(t, want, IsShallow(slices), levels)
		if levels > 0 {
			assert.Equal(t, want, IsShallowMap(maps.Map()), levels)
			assert.Equal(t, want, IsShallowSlice(slices.Slice()), levels)
		}
	}
}
