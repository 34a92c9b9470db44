package queue

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// store is a storage client that holds a queue.
type store struct {
	client storage.Client
}

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

// write changes what is stored in one transaction: ops, what was waiting to be
// deleted, the list of flushes and the version of all that.
func (q *Queue) write(ctx context.Context, ops ...*storage.Operation) bool {
	all := append(q.garbage[:len(q.garbage):len(q.garbage)], ops...)
	all = append(all, storage.SetOperation(keyFormat, []byte(formatVersion)), storage.SetOperation(keyMeta, q.meta().encode()))
	if err := q.store.client.Batch(ctx, all...); err != nil {
		q.observer.StorageFailed(OperationWrite, err)
		for _, op := range ops {
			if op.Type == storage.Delete {
				q.garbage = append(q.garbage, op)
			}
		}
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

// load reads what a process before this one left.
func (q *Queue) load(ctx context.Context) (setAside string, err error) {
	version, err := q.store.client.Get(ctx, keyFormat)
	if err != nil {
		return "", fmt.Errorf("failed to read the queue: %w", err)
	}
	if v := string(version); v != "" && v != formatVersion {
		setAside = v
	}
	b, err := q.store.client.Get(ctx, keyMeta)
	if err != nil {
		return "", fmt.Errorf("failed to read the queue: %w", err)
	}
	if b == nil {
		return setAside, nil
	}
	m, err := decodeMeta(b)
	if err != nil {
		q.observer.StorageFailed(OperationRead, fmt.Errorf("the list of flushes: %w", err))
		return setAside, q.wipe(ctx)
	}
	q.next = m.next
	if m.hasInFlight {
		q.loadItem(ctx, m.inFlight)
	}
	for id := m.first; id < m.next; id++ {
		q.loadItem(ctx, id)
	}
	if len(q.items) > 0 {
		q.findSent(ctx, q.items[0])
	}
	for q.over() && q.dropOldest(CauseFull, func(*Item) bool { return true }) {
	}
	return setAside, nil
}

func (q *Queue) loadItem(ctx context.Context, id uint64) {
	b, err := q.store.client.Get(ctx, keyHeader(id))
	if err == nil && b == nil {
		return // sent or dropped
	}
	var it *Item
	if err == nil {
		it, err = decodeHeader(id, b)
	}
	if err != nil {
		q.observer.StorageFailed(OperationRead, fmt.Errorf("flush %d: %w", id, err))
		return
	}
	q.items = append(q.items, it)
	q.bytes += it.bytes
}

// findSent marks what was sent of the first flush: it was in flight, perhaps.
func (q *Queue) findSent(ctx context.Context, it *Item) {
	for i, shard := range it.Shards {
		for j, r := range shard {
			if body, err := q.store.client.Get(ctx, keyBody(it.id, i, j)); err == nil && body == nil {
				it.sent[i][j] = true
				it.bytes -= int64(r.Size)
				q.bytes -= int64(r.Size)
			}
		}
	}
}

// wipe deletes all flushes of a queue whose list is damaged, where the client
// can list its keys.
func (q *Queue) wipe(ctx context.Context) error {
	walker, ok := q.store.client.(storage.Walker)
	if !ok {
		return nil
	}
	err := walker.Walk(ctx, func(key string, _ []byte) ([]*storage.Operation, error) {
		if strings.HasPrefix(key, formatVersion+"/") {
			return []*storage.Operation{storage.DeleteOperation(key)}, nil
		}
		return nil, nil
	})
	if err != nil {
		return fmt.Errorf("failed to remove a damaged queue: %w", err)
	}
	return nil
}
