// SPDX-License-Identifier: Apache-2.0

// Package storagetest is a storage extension for tests, which fails and crashes
// when it is told to.
package storagetest // import "github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// ErrDiskFull is what writes fail with.
var ErrDiskFull = errors.New("no space left on device")

// ErrStopped is what writes fail with after StopAfter.
var ErrStopped = errors.New("the disk is gone")

// Disk keeps entries. Clients come and go.
type Disk struct {
	component.StartFunc
	component.ShutdownFunc

	mu      sync.Mutex
	entries map[string][]byte
	opened  *client
	// room for values in bytes; 0 is no limit.
	room    int
	failing bool
	// left is how many more operations of writes are done, -1 for all.
	left int
}

var _ storage.Extension = (*Disk)(nil)

// NewDisk returns an empty disk.
func NewDisk() *Disk { return &Disk{entries: map[string][]byte{}, left: -1} }

// GetClient opens the disk. One client at a time may be open.
func (d *Disk) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != nil {
		return nil, errors.New("timeout: another client is open")
	}
	d.opened = &client{d}
	return d.opened, nil
}

// Client opens the disk.
func (d *Disk) Client() storage.Client {
	c, err := d.GetClient(context.Background(), component.KindExporter, component.ID{}, "")
	if err != nil {
		panic(err)
	}
	return c
}

// Crash takes the disk from its client: nothing that the client does from now
// on reaches it.
func (d *Disk) Crash() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &Disk{entries: maps.Clone(d.entries), room: d.room, left: -1}
}

// StopAfter lets so many more single operations change the disk, and none after
// them: a transaction may then be done in part.
func (d *Disk) StopAfter(operations int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = operations
}

// SetFailing makes all writes fail, or work again.
func (d *Disk) SetFailing(failing bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failing = failing
}

// SetRoom bounds the bytes of all values.
func (d *Disk) SetRoom(room int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = room
}

// Set writes an entry behind the client's back.
func (d *Disk) Set(key string, value []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries[key] = value
}

// Remove deletes an entry behind the client's back.
func (d *Disk) Remove(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.entries, key)
}

// Get reads an entry.
func (d *Disk) Get(key string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.entries[key]
}

// Keys lists all keys.
func (d *Disk) Keys() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.entries))
}
