package bound

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// slotOf is the slot of a value as the contract writes it. ok is false for a value
// that has none.
func slotOf(r *limit.Resolved) (packed int64, ok bool) {
	if r.Value == limit.Other || r.Value == istio.Unknown {
		return 0, false
	}
	return contract.PackSlot(0, 1), true
}

// appendResolved spells out what was said of a value. No value, being UTF-8, holds
// the byte that ends it.
func appendResolved(key []byte, r *limit.Resolved) []byte {
	return append(append(key, r.Value...), 0xff)
}
