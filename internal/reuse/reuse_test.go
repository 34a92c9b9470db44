// SPDX-License-Identifier: Apache-2.0

package reuse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEmpty(t *testing.T) {
	usual := make([]string, 0, 4)
	usual = append(usual, "a", "b", "c")
	empty := Empty(usual, 4)
	assert.Empty(t, empty)
	assert.Equal(t, 4, cap(empty))
	assert.Equal(t, []string{"", "", ""}, usual, "it holds on to nothing")
	assert.Zero(t, cap(Empty(make([]string, 1, 5), 4)))
	assert.Empty(t, Empty[[]int](nil, 0))
}
