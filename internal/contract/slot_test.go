// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPackSlot(t *testing.T) {
	for _, slot := range []uint32{0, 1, 4711, MaxSlot} {
		for _, term := range []uint64{1, 2, 1 << 32, MaxTerm} {
			gotSlot, gotTerm, ok := UnpackSlot(PackSlot(slot, term))
			assert.True(t, ok)
			assert.Equal(t, slot, gotSlot)
			assert.Equal(t, term, gotTerm)
		}
	}
	assert.EqualValues(t, math.MaxInt64, PackSlot(MaxSlot, MaxTerm), "all bits but the sign are in use")
}

func TestUnpackSlotRefuses(t *testing.T) {
	for _, packed := range []int64{0, -1, math.MinInt64, PackSlot(5, 0), -PackSlot(5, 1)} {
		_, _, ok := UnpackSlot(packed)
		assert.False(t, ok, packed)
	}
}
