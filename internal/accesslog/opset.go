// SPDX-License-Identifier: Apache-2.0

package accesslog

import "math/bits"

// OpSet is a set of operators. Its zero value is empty.
type OpSet [(NumOps + 63) / 64]uint64

// SetOf is the set of some operators.
func SetOf(ops ...Op) (s OpSet) {
	for _, op := range ops {
		s.Add(op)
	}
	return s
}

// Add puts an operator into the set.
func (s *OpSet) Add(op Op) { s[op/64] |= 1 << (op % 64) }

// Remove takes an operator out of the set.
func (s *OpSet) Remove(op Op) { s[op/64] &^= 1 << (op % 64) }

// Has tells whether an operator is in the set.
func (s OpSet) Has(op Op) bool { return s[op/64]&(1<<(op%64)) != 0 }

// All calls yield for each operator of the set, in their order.
func (s OpSet) All(yield func(Op) bool) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !yield(Op(i*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

func (s OpSet) and(o OpSet) OpSet {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s OpSet) or(o OpSet) OpSet {
	for i := range s {
		s[i] |= o[i]
	}
	return s
}

func (s OpSet) isEmpty() bool { return s == OpSet{} }
