// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLabelMask(t *testing.T) {
	m := MaskOf(DestinationNetwork, Reporter, SourceApp, SourceApp)
	assert.Equal(t, []Label{Reporter, SourceApp, DestinationNetwork}, slices.Collect(m.All))
	assert.Equal(t, 3, m.Len())
	for l := range NumLabels {
		assert.Equal(t, l == Reporter || l == SourceApp || l == DestinationNetwork, m.Has(l), l)
	}
	assert.False(t, m.Has(NumLabels))
	assert.False(t, m.Has(NoLabel))
}

// Each label has a bit.
func TestLabelMaskHasRoom(t *testing.T) {
	var m LabelMask
	for l := range NumLabels {
		m.Add(l)
	}
	assert.Equal(t, int(NumLabels), m.Len())
}
