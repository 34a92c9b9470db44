// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Slot is the slot and the term of a label's value, as a record has them.
type Slot struct {
	// Label is the name of the label, or that of a claimed peer: see
	// contract.Peer.SlotName. It may point into memory that is used again, and
	// so may Limit.
	Label string
	// Limit names the limit whose numbers the slot has: see contract.LimitOfSlot.
	Limit string
	// Packed is what contract.PackSlot wrote; 0 means none.
	Packed int64
}

// AddressSlots are the slots of destination_ip and destination_host, packed; 0
// means none.
type AddressSlots [2]int64

// silence, in nanoseconds, is how long an incarnation may say nothing while another
// one does. Then it is taken for gone, and the series of its values end.
const silence = 5 * 60 * 1e9

// reference is what a group of series remembers of a bounded value: its slot, and
// the highest term in which the value had it. Its zero value refers to nothing.
type reference struct {
	slot *slot
	term uint64
}

// outdated tells whether the value has lost its slot, and why.
func (r *reference) outdated() (cause Cause, outdated bool) {
	switch {
	case r.slot == nil:
		return 0, false
	case r.slot.highest > r.term:
		return SlotLost, true
	case r.slot.key.of.silent:
		return ProcessorGone, true
	default:
		return 0, false
	}
}

// ownName is a name that is no part of anybody's memory.
func ownName(label string) string {
	if l, ok := contract.LabelByName(label); ok {
		return l.String()
	}
	return strings.Clone(label)
}
