// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

// Info describes a request without its body.
type Info struct {
	// Size of the body in bytes.
	Size int
	protocol.Counts
}

// Item is a flush in the queue.
type Item struct {
	// Queued is when the flush came, in whole milliseconds.
	Queued  time.Time
	Version protocol.Version
	Shards  [][]Info

	id uint64
	// restored: the flush was stored by a process that has ended.
	restored bool
	// bodies is nil if the bodies are on the storage client.
	bodies [][][]byte
	// sent says which requests need not be sent again.
	sent [][]bool
	// bytes and samples are those of the requests that are not sent.
	bytes, samples int64
}

// Saved says whether the flush survives the end of the process.
func (it *Item) Saved() bool { return it.bodies == nil }

// Restored says whether the flush is from before the start: the server may have some
// of it.
func (it *Item) Restored() bool { return it.restored }

// Requests counts the requests of the flush.
func (it *Item) Requests() int {
	n := 0
	for _, shard := range it.Shards {
		n += len(shard)
	}
	return n
}

// Unsent adds up the requests that were not marked as sent.
func (it *Item) Unsent() protocol.Counts {
	var c protocol.Counts
	for i, shard := range it.Shards {
		for j := range shard {
			if !it.sent[i][j] {
				c.Add(shard[j].Counts)
			}
		}
	}
	return c
}

func newItem(id uint64, queued time.Time, f protocol.Flush) *Item {
	it := &Item{Queued: time.UnixMilli(queued.UnixMilli()), Version: f.Version, id: id, Shards: make([][]Info, len(f.Shards)), bodies: make([][][]byte, len(f.Shards))}
	for i, shard := range f.Shards {
		for _, r := range shard {
			it.Shards[i] = append(it.Shards[i], Info{Size: len(r.Body), Counts: r.Counts})
			it.bodies[i] = append(it.bodies[i], r.Body)
		}
	}
	it.prepare()
	return it
}

// prepare makes what is derived from Shards.
func (it *Item) prepare() {
	it.sent = make([][]bool, len(it.Shards))
	for i, shard := range it.Shards {
		it.sent[i] = make([]bool, len(shard))
		for _, r := range shard {
			it.bytes += int64(r.Size)
			it.samples += int64(r.Values())
		}
	}
}
