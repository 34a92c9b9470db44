// SPDX-License-Identifier: Apache-2.0

package als

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
)

// held is an entry that waits, as it is on the wire.
type held struct {
	from     *stream
	entry    rawEntry
	observed pcommon.Timestamp
}

// decide says what to do with an entry.
func (s *stream) decide(e *entry.Entry, raw rawEntry, now time.Time) pairing.Decision {
	native := e.Native()
	if s.h.options.Keep == KeepNative && !native {
		return pairing.LeaveOut
	}
	switch {
	case s.noRoom && native:
		return pairing.PassForgotten
	case s.noRoom:
		return pairing.PassNoMemory
	case s.paired == nil:
		return pairing.Pass
	}
	kind, key := pairing.Kind(e.Kind()), e.Event(s.h.seed)
	if native {
		return s.paired.Native(kind, key, now)
	}
	return s.paired.Foreign(kind, key, now, heldBytes(len(raw.bytes)), func() held {
		kept := rawEntry{raw.kind, append(make([]byte, 0, len(raw.bytes)), raw.bytes...)}
		return held{from: s, entry: kept, observed: pcommon.NewTimestampFromTime(now)}
	})
}

// heldBytes is what n bytes take in memory, at most: Go rounds them up by an
// eighth, and above 32 KiB to pages.
func heldBytes(n int) int64 {
	const page = 8 << 10
	if n <= 32<<10 {
		return int64(n + n/8 + 16)
	}
	return int64(n+page-1) / page * page
}
