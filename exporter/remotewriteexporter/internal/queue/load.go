// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// load reads what a process before this one left.
func (q *Queue) load(ctx context.Context) (setAside string, err error) {
	version, err := q.client.Get(ctx, keyFormat)
	if err != nil {
		return "", fmt.Errorf("failed to read the queue: %w", err)
	}
	if v := string(version); v != "" && v != formatVersion {
		setAside = v
	}
	b, err := q.client.Get(ctx, keyMeta)
	if err != nil {
		return "", fmt.Errorf("failed to read the queue: %w", err)
	}
	if b == nil {
		return setAside, nil
	}
	m, err := decodeMeta(b)
	if err != nil {
		flushes, wipeErr := q.wipe(ctx)
		q.observer.Unreadable(flushes, fmt.Errorf("the list of flushes: %w", err))
		return setAside, wipeErr
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
		q.observer.Queued(int(q.samples))
	}
	q.shrink()
	if len(q.garbage) > 0 {
		q.write(ctx)
	}
	return setAside, nil
}

func (q *Queue) loadItem(ctx context.Context, id uint64) {
	b, err := q.client.Get(ctx, keyHeader(id))
	if err == nil && b == nil {
		return // sent or dropped
	}
	var it *Item
	if err == nil {
		it, err = decodeHeader(id, b)
	}
	if err != nil {
		q.observer.Unreadable(1, fmt.Errorf("flush %d: %w", id, err))
		q.forget(ctx, id)
		return
	}
	q.add(it)
}

// findSent marks what was sent of the first flush: it was in flight, perhaps.
func (q *Queue) findSent(ctx context.Context, it *Item) {
	for i, shard := range it.Shards {
		for j := range shard {
			if body, err := q.client.Get(ctx, keyBody(it.id, i, j)); err == nil && body == nil {
				q.mark(it, i, j)
			}
		}
	}
}

// forget deletes a flush whose header cannot be read, with the next write. The
// header would say which requests there are: a client that can list its keys
// finds them, with another one they stay.
func (q *Queue) forget(ctx context.Context, id uint64) {
	q.garbage = append(q.garbage, storage.DeleteOperation(keyHeader(id)))
	err := q.walk(ctx, func(key string) {
		if strings.HasPrefix(key, keyHeader(id)+"/") {
			q.garbage = append(q.garbage, storage.DeleteOperation(key))
		}
	})
	if err != nil {
		q.observer.StorageFailed(OperationRead, err)
	}
}

// wipe deletes all flushes of a queue whose list is damaged, where the client
// can list its keys. It returns how many there were, and at least 1.
func (q *Queue) wipe(ctx context.Context) (flushes int, err error) {
	err = q.walk(ctx, func(key string) {
		q.garbage = append(q.garbage, storage.DeleteOperation(key))
		if isHeader(key) {
			flushes++
		}
	})
	if err != nil {
		err = fmt.Errorf("failed to remove a damaged queue: %w", err)
	}
	return max(flushes, 1), err
}

// walk calls do for each key of this version, if the client can list its keys.
func (q *Queue) walk(ctx context.Context, do func(key string)) error {
	walker, ok := q.client.(storage.Walker)
	if !ok {
		return nil
	}
	return walker.Walk(ctx, func(key string, _ []byte) ([]*storage.Operation, error) {
		if strings.HasPrefix(key, formatVersion+"/") {
			do(key)
		}
		return nil, nil
	})
}
