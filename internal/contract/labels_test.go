// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLabelNames(t *testing.T) {
	for l := range NumLabels {
		found, ok := LabelByName(l.String())
		assert.True(t, ok)
		assert.Equal(t, l, found)
	}
	assert.Empty(t, NoLabel.String())
	_, ok := LabelByName(NoLabel.String())
	assert.False(t, ok)
	assert.GreaterOrEqual(t, NoLabel, NumLabels, "NoLabel is none of the labels")
}
