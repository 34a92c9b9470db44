// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// bodySize of the requests of tests, in bytes, and how many samples and native
// histograms each has.
const (
	bodySize   = 100
	bodyValues = 5
)

// observed keeps what the queue says.
type observed struct {
	mu sync.Mutex
	// queued counts samples.
	queued   int
	dropped  []string
	failures []string
	// unreadable is how many stored flushes cannot be read.
	unreadable int
}

func (o *observed) Queued(samples int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queued += samples
}

func (o *observed) Dropped(it *Item, why Cause) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dropped = append(o.dropped, fmt.Sprintf("%d: %s", it.id, why))
}

func (o *observed) StorageFailed(operation string, _ error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failures = append(o.failures, operation)
}

func (o *observed) Unreadable(flushes int, _ error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unreadable += flushes
}

var wide = Limits{Flushes: 100, Bytes: 1 << 30}

// flushNamed has two shards with two requests and one.
func flushNamed(name string) protocol.Flush {
	request := func(i int) protocol.Request {
		body := make([]byte, bodySize)
		copy(body, fmt.Sprintf("%s%d", name, i))
		return protocol.Request{Body: body, Counts: protocol.Counts{Series: 1, Samples: 2, Histograms: 3, Exemplars: 4, Points: 5}}
	}
	return protocol.Flush{Version: protocol.V2, Shards: [][]protocol.Request{{request(0), request(1)}, {request(2)}}}
}

func openQueue(t *testing.T, client storage.Client, limits Limits) (*Queue, *observed) {
	t.Helper()
	o := &observed{}
	q, setAside, err := Open(t.Context(), client, limits, o)
	require.NoError(t, err)
	require.Empty(t, setAside)
	return q, o
}

func put(t *testing.T, q *Queue, names ...string) {
	t.Helper()
	for _, name := range names {
		q.Put(t.Context(), flushNamed(name))
	}
}

// take returns the names of what an item has still to send.
func take(t *testing.T, q *Queue, it *Item) (bodies []string) {
	t.Helper()
	require.NotNil(t, it)
	for i, shard := range it.Shards {
		for j := range shard {
			body, err := q.Load(t.Context(), it, i, j)
			require.NoError(t, err)
			if body != nil {
				bodies = append(bodies, string(body[:2]))
			}
		}
	}
	return bodies
}

// drain takes all flushes.
func drain(t *testing.T, q *Queue) (bodies []string) {
	t.Helper()
	stop := make(chan struct{})
	close(stop)
	for it := q.Next(stop); it != nil; it = q.Next(stop) {
		bodies = append(bodies, take(t, q, it)...)
		q.Done(t.Context())
	}
	return bodies
}

// eachStore runs a test in memory and on a storage client.
func eachStore(t *testing.T, test func(t *testing.T, client storage.Client)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, nil) })
	t.Run("storage", func(t *testing.T) { test(t, storagetest.NewDisk().Client()) })
}

// reopen closes the process that had the disk, without a word to it, and opens
// the disk again.
func reopen(t *testing.T, disk *storagetest.Disk, limits Limits) (*Queue, *observed, *storagetest.Disk) {
	t.Helper()
	after := disk.Crash()
	q, o := openQueue(t, after.Client(), limits)
	t.Cleanup(func() { _, _, _ = q.Close(context.Background()) })
	return q, o, after
}
