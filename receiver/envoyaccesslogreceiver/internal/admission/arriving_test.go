// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// While finished requests hold everything, the first bytes of others may come.
func TestRequestsArriveWhileAllIsHeld(t *testing.T) {
	c := New(Options{MaxBytes: 80})
	finished, err := c.Acquire(t.Context(), "a", 80, nil)
	require.NoError(t, err)
	var lostLittle, lostMost int
	little := acquire(t, c, "b", 0, &lostLittle)
	little.Grow(4)
	most := acquire(t, c, "c", 0, &lostMost)
	most.Grow(6)
	assert.Zero(t, lostLittle+lostMost, "an eighth of 80")
	most.Grow(1)
	assert.Zero(t, lostLittle)
	assert.Equal(t, 1, lostMost)
	for _, h := range []*Hold{finished, little, most} {
		h.Release()
	}
	requireIdle(t, c)
	assert.Zero(t, c.unfinished)
}
