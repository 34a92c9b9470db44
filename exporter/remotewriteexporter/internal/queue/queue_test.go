// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

func TestOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, o := openQueue(t, client, wide)
		put(t, q, "a", "b")
		assert.Equal(t, []string{"a0", "a1", "a2", "b0", "b1", "b2"}, drain(t, q))
		put(t, q, "c")
		assert.Equal(t, []string{"c0", "c1", "c2"}, drain(t, q))
		assert.Equal(t, Stats{}, q.Stats())
		assert.Empty(t, o.dropped)
		assert.Empty(t, o.failures)
	})
}

func TestKeepsWhatIsKnownOfRequests(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, _ := openQueue(t, client, wide)
		put(t, q, "a")
		it := q.Next(nil)
		assert.Equal(t, protocol.V2, it.Version)
		assert.Equal(t, client != nil, it.Saved())
		info := Info{Size: bodySize, Counts: protocol.Counts{Series: 1, Samples: 2, Histograms: 3, Exemplars: 4, Points: 5}}
		assert.Equal(t, [][]Info{{info, info}, {info}}, it.Shards)
		assert.Equal(t, 3, it.Requests())
	})
}

func TestOldestGoes(t *testing.T) {
	for name, limits := range map[string]Limits{
		"flushes": {Flushes: 2, Bytes: 1 << 30},
		"bytes":   {Flushes: 100, Bytes: 2*3*bodySize + 1},
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, client storage.Client) {
				q, o := openQueue(t, client, limits)
				put(t, q, "a", "b", "c", "d")
				assert.Equal(t, []string{"0: queue_full", "1: queue_full"}, o.dropped)
				assert.Equal(t, 2, q.Stats().Flushes)
				assert.EqualValues(t, 2*3*bodySize, q.Stats().Bytes)
				assert.Equal(t, []string{"c0", "c1", "c2", "d0", "d1", "d2"}, drain(t, q))
			})
		})
	}
}

func TestFlushBeingSentStays(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, o := openQueue(t, client, Limits{Flushes: 2, Bytes: 1 << 30})
		put(t, q, "a")
		it := q.Next(nil)
		put(t, q, "b", "c")
		assert.Equal(t, []string{"1: queue_full"}, o.dropped)
		assert.Equal(t, []string{"a0", "a1", "a2"}, take(t, q, it))
		q.Done(t.Context())
		assert.Equal(t, []string{"c0", "c1", "c2"}, drain(t, q))
	})
}

func TestNewestStaysHoweverLarge(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, _ := openQueue(t, client, Limits{Flushes: 10, Bytes: 1})
		put(t, q, "a")
		it := q.Next(nil)
		put(t, q, "b", "c")
		assert.Equal(t, []string{"a0", "a1", "a2"}, take(t, q, it))
		q.Done(t.Context())
		assert.Equal(t, []string{"c0", "c1", "c2"}, drain(t, q))
	})
}

func TestSentIsNotLoadedAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, client storage.Client) {
		q, _ := openQueue(t, client, wide)
		put(t, q, "a")
		it := q.Next(nil)
		q.Sent(t.Context(), it, 0, 0)
		q.Sent(t.Context(), it, 0, 0)
		assert.EqualValues(t, 2*bodySize, q.Stats().Bytes)
		assert.EqualValues(t, 2*bodyValues, q.Stats().Samples)
		assert.Equal(t, protocol.Counts{Series: 2, Samples: 4, Histograms: 6, Exemplars: 8, Points: 10}, it.Unsent())
		assert.Equal(t, []string{"a1", "a2"}, take(t, q, it))
		q.Left()
		assert.Equal(t, []string{"a1", "a2"}, drain(t, q))
		assert.Equal(t, Stats{}, q.Stats())
	})
}

func TestEmptyFlushIsNone(t *testing.T) {
	q, _ := openQueue(t, nil, wide)
	q.Put(t.Context(), protocol.Flush{Version: protocol.V1, Shards: [][]protocol.Request{{}, {}}})
	assert.Equal(t, Stats{}, q.Stats())
}

func TestNextWaits(t *testing.T) {
	q, _ := openQueue(t, nil, wide)
	got := make(chan *Item)
	go func() { got <- q.Next(nil) }()
	put(t, q, "a")
	assert.Equal(t, []string{"a0", "a1", "a2"}, take(t, q, <-got))
}

func TestNextEndsWithStop(t *testing.T) {
	q, _ := openQueue(t, nil, wide)
	stop := make(chan struct{})
	got := make(chan *Item)
	go func() { got <- q.Next(stop) }()
	close(stop)
	assert.Nil(t, <-got)
}

func TestCloseInMemoryLosesWhatIsLeft(t *testing.T) {
	q, _ := openQueue(t, nil, wide)
	put(t, q, "a", "b")
	q.Sent(t.Context(), q.Next(nil), 0, 1)
	saved, lost, err := q.Close(t.Context())
	require.NoError(t, err)
	assert.Empty(t, saved)
	require.Len(t, lost, 2)
	assert.Equal(t, 4, lost[0].Unsent().Samples)
	assert.Equal(t, 6, lost[1].Unsent().Samples)
}
