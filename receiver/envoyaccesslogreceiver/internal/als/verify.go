// SPDX-License-Identifier: Apache-2.0

package als

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// verifies tells whether each record of the stream has to agree with the client's
// certificate.
func (s *stream) verifies() bool { return s.h.options.VerifySender && s.barred == accepted }

// removeMismatches removes the records that name another sender than the
// certificate: an entry has the proxy's own certificates, and what tags and
// filter state add.
func (b *batch) removeMismatches() {
	if len(b.kinds) == 0 {
		return
	}
	i := 0
	b.records.RemoveIf(func(lr plog.LogRecord) bool {
		kind := b.kinds[i]
		i++
		if sender.Record(b.s.certificate, lr) {
			return false
		}
		b.sent[kind]--
		b.counts.entries[senderMismatch][kind]++
		return true
	})
}
