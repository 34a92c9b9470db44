// SPDX-License-Identifier: Apache-2.0

package contract

import "math/bits"

// LabelMask is a set of labels, without values.
type LabelMask uint64

// MaskOf returns the set of some labels.
func MaskOf(labels ...Label) (m LabelMask) {
	for _, l := range labels {
		m.Add(l)
	}
	return m
}

// Add adds a label.
func (m *LabelMask) Add(l Label) { *m |= 1 << l }

// Has tells whether a label is in the set. NumLabels and NoLabel never are.
func (m LabelMask) Has(l Label) bool { return l < NumLabels && m>>l&1 != 0 }

// Len is the number of labels.
func (m LabelMask) Len() int { return bits.OnesCount64(uint64(m)) }

// All calls yield for each label of the set, in the order of labels.
func (m LabelMask) All(yield func(Label) bool) {
	for ; m != 0; m &= m - 1 {
		if !yield(Label(bits.TrailingZeros64(uint64(m)))) {
			return
		}
	}
}
