// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// saveAttempts bounds how many old flushes go to make room on a full disk for
// a new one.
const saveAttempts = 3

// save stores an item. A disk that is full is a queue that is full: old flushes
// go. If that does not help, the item stays in memory.
func (q *Queue) save(ctx context.Context, it *Item) {
	for range saveAttempts {
		if q.persist(ctx, it) {
			q.saveRest(ctx)
			return
		}
		// The place of what is deleted can be used only after the deletion is
		// written. Where even that fails, to drop more is no help.
		if len(q.garbage) == 0 && !q.dropOldest(CauseStorage, (*Item).Saved) || !q.write(ctx) {
			break
		}
	}
	for q.unsaved() > maxUnsaved && q.dropOldest(CauseStorage, func(it *Item) bool { return !it.Saved() }) {
	}
}

// saveRest stores items that could not be stored when they came.
func (q *Queue) saveRest(ctx context.Context) {
	for i, it := range q.items {
		if !it.Saved() && (i > 0 || !q.sending) && !q.persist(ctx, it) {
			return
		}
	}
}

func (q *Queue) unsaved() (n int) {
	for _, it := range q.items {
		if !it.Saved() {
			n++
		}
	}
	return n
}

// persist writes an item and, if that worked, forgets its bodies.
func (q *Queue) persist(ctx context.Context, it *Item) bool {
	ops := []*storage.Operation{storage.SetOperation(keyHeader(it.id), encodeHeader(it))}
	for i, shard := range it.bodies {
		for j, body := range shard {
			if !it.sent[i][j] {
				ops = append(ops, storage.SetOperation(keyBody(it.id, i, j), body))
			}
		}
	}
	if !q.write(ctx, ops...) {
		return false
	}
	it.bodies = nil
	return true
}

// write changes what is stored in one transaction: ops, the deletion of garbage,
// the list of flushes and the version of all that. Garbage waits for the next
// write if this one fails.
func (q *Queue) write(ctx context.Context, ops ...*storage.Operation) bool {
	all := append(q.garbage[:len(q.garbage):len(q.garbage)], ops...)
	all = append(all, storage.SetOperation(keyFormat, []byte(formatVersion)), storage.SetOperation(keyMeta, q.meta().encode()))
	if err := q.client.Batch(ctx, all...); err != nil {
		q.observer.StorageFailed(OperationWrite, err)
		return false
	}
	q.garbage = nil
	return true
}

func (q *Queue) meta() meta {
	m := meta{first: q.next, next: q.next}
	if len(q.items) == 0 {
		return m
	}
	m.first = q.items[0].id
	if q.sending {
		m.hasInFlight, m.inFlight, m.first = true, m.first, q.next
		if len(q.items) > 1 {
			m.first = q.items[1].id
		}
	}
	return m
}

func deletions(it *Item) []*storage.Operation {
	ops := []*storage.Operation{storage.DeleteOperation(keyHeader(it.id))}
	for i, shard := range it.Shards {
		for j := range shard {
			if !it.sent[i][j] {
				ops = append(ops, storage.DeleteOperation(keyBody(it.id, i, j)))
			}
		}
	}
	return ops
}
