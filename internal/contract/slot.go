// SPDX-License-Identifier: Apache-2.0

package contract

// A bounded label has slots, and each of its values that shows has one. A slot has
// a number and a term. The number is unique within the label of one processor; the
// term grows each time that the slot is given to another value. So a reader knows
// from a higher term that the value of the lower one has lost its slot.

const (
	// MaxSlot is the highest number of a slot.
	MaxSlot = 1<<23 - 1
	// MaxTerm is the highest term. The first one is 1.
	MaxTerm = 1<<termBits - 1

	termBits = 40
)

// PackSlot writes a slot and a term as one number. Both must be in range.
func PackSlot(slot uint32, term uint64) int64 {
	return int64(slot)<<termBits | int64(term)
}

// UnpackSlot reads what PackSlot wrote. ok is false if it did not write the number.
func UnpackSlot(packed int64) (slot uint32, term uint64, ok bool) {
	term = uint64(packed) & MaxTerm
	return uint32(packed >> termBits), term, packed >= 0 && term > 0
}
