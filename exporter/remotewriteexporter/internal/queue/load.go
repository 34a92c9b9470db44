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
	q.shrink()
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
		q.observer.StorageFailed(OperationRead, fmt.Errorf("flush %d: %w", id, err))
		return
	}
	q.items = append(q.items, it)
	q.bytes += it.bytes
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

// wipe deletes all flushes of a queue whose list is damaged, where the client
// can list its keys.
func (q *Queue) wipe(ctx context.Context) error {
	walker, ok := q.client.(storage.Walker)
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
