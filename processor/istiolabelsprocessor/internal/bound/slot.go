// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"encoding/binary"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// slotOf is the slot of a value as the contract writes it, 0 for a value that has
// none.
func slotOf(r *limit.Resolved) int64 { return contract.PackSlot(r.Slot, r.Term) }

// appendResolved spells out what was said of a value. No value, being UTF-8, holds
// the byte that ends it.
func appendResolved(key []byte, r *limit.Resolved) []byte {
	key = append(append(key, r.Value...), 0xff)
	key = binary.LittleEndian.AppendUint32(key, r.Slot)
	return binary.LittleEndian.AppendUint64(key, r.Term)
}
