// SPDX-License-Identifier: Apache-2.0

package als

import (
	"go.uber.org/zap"
)

// Reasons in warnings that are no outcome of an entry.
const (
	reasonMalformedMessage = "malformed_message"
	reasonInvalidUTF8      = "invalid_utf8"
	reasonIdentifier       = "identifier_"
	reasonPairing          = "pairing_overflow_"
)

// problem counts what is wrong with the identifier of the stream, and warns of it.
func (s *stream) problem(p problem) {
	s.h.telemetry.problems[p].Add(s.ctx, 1)
	s.warn(reasonIdentifier+problemNames[p], 1)
}

// report warns of what was lost, repaired, or perhaps counted twice.
func (b *batch) report(counts *tally) {
	for o := refused; o < numOutcomes; o++ {
		n := counts.entries[o][0] + counts.entries[o][1]
		if o == refused {
			b.s.warn(outcomeNames[o], n, zap.NamedError("error", b.refusal))
		} else if o >= senderMismatch {
			b.s.warn(outcomeNames[o], n, zap.String("principal", b.s.certificate.Principal))
		} else {
			b.s.warn(outcomeNames[o], n)
		}
	}
	b.s.warn(reasonInvalidUTF8, counts.repaired[0]+counts.repaired[1])
	b.s.warn(reasonMalformedMessage, counts.malformed)
	for i, n := range counts.overflows {
		b.s.warn(reasonPairing+overflowNames[i], n)
	}
}

func (s *stream) warn(reason string, n int64, fields ...zap.Field) {
	if n > 0 {
		s.h.options.Report.Report(reason, string(s.client), s.nodeID, int(n), fields...)
	}
}
