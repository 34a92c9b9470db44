// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/read"
)

// blockSize is how many records are read before the other stages begin. The code of all
// stages is more than an instruction cache of 32 KiB holds: record by record, each would
// fetch all of it anew, which takes a sixth of the time. More records than these gain
// little, and each takes 2 KiB of the data cache. A record of JSON ends its block.
const blockSize = 4

// block holds records that were read and wait for the other stages.
type block struct {
	records [blockSize]readRecord
	n       int
}

// readRecord is a log record and what was read from it.
type readRecord struct {
	log    plog.LogRecord
	values accesslog.Record
	found  read.Found
}

// next is the place of the next record.
func (b *block) next() *readRecord {
	b.n++
	return &b.records[b.n-1]
}

func (b *block) isFull() bool { return b.n == len(b.records) }

// all are the records that wait.
func (b *block) all() []readRecord { return b.records[:b.n] }

func (b *block) empty() { b.n = 0 }

// release lets go of the request.
func (b *block) release() {
	b.empty()
	for i := range b.records {
		b.records[i].log = plog.LogRecord{}
		b.records[i].values.Release()
	}
}
