// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"math/bits"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/envoyproto"
)

// noFlags is what %RESPONSE_FLAGS% writes where there are none. A proxy says so
// by sending none.
const noFlags = "-"

// responseFlags are Envoy's short names. The message has a field for each, in the
// same order. Source: Envoy's CoreResponseFlag and CORE_RESPONSE_FLAGS.
var responseFlags = [envoyproto.NumFlags]string{
	"LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE",
	"DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF", "DR",
}

// flagDelayInjected is the bit of the field delay_injected.
const flagDelayInjected envoyproto.Flags = 1 << 9

// flags writes flags as %RESPONSE_FLAGS% does.
func (w *writer) flags(f envoyproto.Flags) string {
	switch bits.OnesCount32(uint32(f)) {
	case 0:
		return noFlags
	case 1:
		return responseFlags[bits.TrailingZeros32(uint32(f))] // the usual case: no copy
	}
	start := w.strings.Len()
	for i, short := range responseFlags {
		if f&(1<<i) == 0 {
			continue
		}
		if w.strings.Len() > start {
			w.strings.WriteByte(',')
		}
		w.strings.WriteString(short)
	}
	return w.strings.from(start)
}
