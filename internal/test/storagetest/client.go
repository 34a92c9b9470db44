// SPDX-License-Identifier: Apache-2.0

package storagetest

import (
	"context"
	"errors"
	"maps"
	"slices"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

type client struct{ disk *Disk }

func (c *client) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

func (c *client) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

func (c *client) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

// Batch does all or nothing.
func (c *client) Batch(ctx context.Context, ops ...*storage.Operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if c.disk.opened != c {
		return errors.New("database not open")
	}
	entries := maps.Clone(c.disk.entries)
	changed := false
	for _, op := range ops {
		if op.Type != storage.Get && c.disk.left >= 0 {
			if c.disk.left == 0 {
				c.disk.entries = entries
				return ErrStopped
			}
			c.disk.left--
		}
		switch op.Type {
		case storage.Get:
			op.Value = slices.Clone(entries[op.Key])
		case storage.Set:
			entries[op.Key] = slices.Clone(op.Value)
			changed = true
		case storage.Delete:
			delete(entries, op.Key)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	// As in bbolt, the room of what a transaction deletes is free after it.
	if after := size(entries); c.disk.failing || c.disk.room > 0 && after > c.disk.room && after > size(c.disk.entries) {
		return ErrDiskFull
	}
	c.disk.entries = entries
	return nil
}

func size(entries map[string][]byte) (n int) {
	for _, v := range entries {
		n += len(v)
	}
	return n
}

func (c *client) Walk(_ context.Context, fn storage.WalkFunc) error {
	c.disk.mu.Lock()
	entries := maps.Clone(c.disk.entries)
	c.disk.mu.Unlock()
	var ops []*storage.Operation
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		more, err := fn(key, entries[key])
		if err != nil {
			return err
		}
		ops = append(ops, more...)
	}
	return c.Batch(context.Background(), ops...)
}

func (c *client) Close(context.Context) error {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if c.disk.opened == c {
		c.disk.opened = nil
	}
	return nil
}
