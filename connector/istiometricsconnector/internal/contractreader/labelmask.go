// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"math/bits"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// labelMask is a set of labels.
type labelMask uint64

func maskOf(labels []contract.Label) (m labelMask) {
	for _, l := range labels {
		m.add(l)
	}
	return m
}

func (m *labelMask) add(l contract.Label) { *m |= 1 << l }

func (m labelMask) has(l contract.Label) bool { return l < contract.NumLabels && m>>l&1 != 0 }

func (m labelMask) len() int { return bits.OnesCount64(uint64(m)) }

// all calls yield for each label of the set, in the order of labels.
func (m labelMask) all(yield func(contract.Label) bool) {
	for ; m != 0; m &= m - 1 {
		if !yield(contract.Label(bits.TrailingZeros64(uint64(m)))) {
			return
		}
	}
}
