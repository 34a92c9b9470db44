// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

// A proxy with two loggers counts each event once, by its native entry, whichever
// entry comes first, and a proxy with one counts all of them.
func TestEachEventOnce(t *testing.T) {
	for name, messages := range map[string][]any{
		"native first":  {byHTTP("a", "1", requestEnd), byTCP("a", "1", requestEnd), byTCP("a", "2", connectionEnd), byHTTP("a", "2", connectionEnd)},
		"foreign first": {byTCP("a", "1", requestEnd), byHTTP("a", "1", requestEnd), byHTTP("a", "2", connectionEnd), byTCP("a", "2", connectionEnd)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := new(consumertest.LogsSink)
				h, tel := newHandler(t, testOptions(), sink)
				h.Start()
				for _, m := range messages {
					send(t, h, m)
				}
				assert.Equal(t, 2, sink.LogRecordCount(), "native entries never wait")
				time.Sleep(2 * testWait)
				require.NoError(t, h.Shutdown(t.Context()))
				assert.Equal(t, 2, sink.LogRecordCount())
				assert.Equal(t, int64(2), entries(t, tel, "accepted", entry.HTTP, entry.TCP))
				assert.Equal(t, int64(1), entries(t, tel, "duplicate", entry.HTTP))
				assert.Equal(t, int64(1), entries(t, tel, "duplicate", entry.TCP))
			})
		})
	}
}

func TestOneLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.LogsSink)
		h, _ := newHandler(t, testOptions(), sink)
		h.Start()
		stream := &fakeStream{ctx: t.Context(), more: make(chan any)}
		ended := make(chan error)
		go func() { ended <- h.StreamAccessLogs(stream) }()
		stream.more <- byTCP("a", "1", requestEnd)
		stream.more <- byTCP("a", "2", connectionEnd)
		synctest.Wait()
		assert.Equal(t, 1, sink.LogRecordCount(), "a new proxy may have another logger")
		stats := h.Stats()
		assert.Positive(t, stats.Bytes)
		stats.Bytes = 0
		assert.Equal(t, Stats{Streams: 1, Stats: pairing.Stats{Proxies: 1, Waiting: 1}, MaxBytes: 1 << 20}, stats)

		time.Sleep(testWait + time.Second)
		assert.Equal(t, 2, sink.LogRecordCount())
		stream.more <- byTCP("a", "3", requestEnd)
		synctest.Wait()
		assert.Equal(t, 3, sink.LogRecordCount(), "it has none")
		close(stream.more)
		require.NoError(t, <-ended)

		records := sink.AllLogs()[1].ResourceLogs().At(0)
		id, _ := records.Resource().Attributes().Get("node_id")
		assert.Equal(t, "a", id.Str(), "what waited has its stream's resource")
		assert.Equal(t, metadata.ScopeName, records.ScopeLogs().At(0).Scope().Name())
		received := records.ScopeLogs().At(0).LogRecords().At(0).ObservedTimestamp().AsTime()
		assert.Less(t, received, time.Now().Add(-testWait), "and the time at which it came")
		time.Sleep(time.Minute)
		assert.Equal(t, Stats{MaxBytes: 1 << 20}, h.Stats())
		require.NoError(t, h.Shutdown(t.Context()))
	})
}

// What waits at the end is passed on.
func TestShutdownPassesOnWhatWaits(t *testing.T) {
	sink := new(consumertest.LogsSink)
	h, tel := newHandler(t, testOptions(), sink)
	h.Start()
	send(t, h, byTCP("a", "1", requestEnd), byTCP("a", "2", requestEnd))
	send(t, h, byTCP("b", "1", requestEnd))
	assert.Zero(t, sink.LogRecordCount())
	require.NoError(t, h.Shutdown(t.Context()))
	assert.Equal(t, 3, sink.LogRecordCount())
	assert.Len(t, sink.AllLogs(), 2, "those of one stream together")
	assert.Equal(t, int64(3), entries(t, tel, "accepted", entry.TCP))
}

func TestKeep(t *testing.T) {
	for keep, want := range map[Keep]int{KeepAll: 4, KeepNative: 2, KeepAuto: 2} {
		options := testOptions()
		options.Keep = keep
		sink := new(consumertest.LogsSink)
		h, tel := newHandler(t, options, sink)
		h.Start()
		send(t, h, byHTTP("a", "1", requestEnd), byHTTP("a", "2", connectionEnd))
		send(t, h, byTCP("a", "1", requestEnd), byTCP("a", "2", connectionEnd))
		require.NoError(t, h.Shutdown(t.Context()))
		assert.Equal(t, want, sink.LogRecordCount(), keep)
		var left int64
		for _, outcome := range []string{"duplicate", "other_kind"} {
			n := entries(t, tel, outcome, entry.HTTP, entry.TCP)
			assert.Equal(t, n > 0, keep == KeepAuto && outcome == "duplicate" || keep == KeepNative && outcome == "other_kind", outcome)
			left += n
		}
		assert.Equal(t, int64(4-want), left)
	}
}

// Without memory entries are passed on at once, and that is told.
func TestNoMemoryForPairing(t *testing.T) {
	for name, limit := range map[string]int64{"none": 1, "for the node alone": 4000} {
		t.Run(name, func(t *testing.T) {
			options := testOptions()
			options.MaxBytes = limit
			sink := new(consumertest.LogsSink)
			h, tel := newHandler(t, options, sink)
			first := &fakeStream{ctx: t.Context(), more: make(chan any)}
			ended := make(chan error)
			go func() { ended <- h.StreamAccessLogs(first) }()
			const many = 200
			for i := range many {
				first.more <- byTCP("a", strconv.Itoa(i), requestEnd)
				first.more <- byHTTP("a", strconv.Itoa(i), requestEnd)
			}
			close(first.more)
			require.NoError(t, <-ended)
			require.NoError(t, h.Shutdown(t.Context()))
			count := func(action string) int64 {
				return point(tel, "otelcol_receiver_envoy_access_log_pairing_overflows", attribute.String("action", action))
			}
			assert.Positive(t, count("passed"))
			assert.Positive(t, count("forgotten"))
			assert.GreaterOrEqual(t, sink.LogRecordCount(), many)
			assert.Equal(t, int64(2*many), int64(sink.LogRecordCount())+entries(t, tel, "duplicate", entry.HTTP, entry.TCP))
		})
	}
}

// A stream's records carry what its first identifier says, and one without is
// taken, too: its foreign entries cannot be paired.
func TestIdentifiers(t *testing.T) {
	sink := new(consumertest.LogsSink)
	h, tel := newHandler(t, testOptions(), sink)
	first, second, third := byHTTP("", "1", requestEnd), byHTTP("a", "2", requestEnd), byHTTP("b", "3", requestEnd)
	first.Identifier = nil
	send(t, h, first, second, third)
	var nodes []string
	for _, ld := range sink.AllLogs() {
		name := ""
		if id, ok := ld.ResourceLogs().At(0).Resource().Attributes().Get("node_id"); ok {
			name = id.Str()
		}
		nodes = append(nodes, name)
	}
	assert.Equal(t, []string{"", "a", "a"}, nodes)

	without := byTCP("", "4", requestEnd)
	without.Identifier = nil
	send(t, h, without)
	send(t, h, byTCP("", "5", requestEnd))
	send(t, h, byTCP(string(make([]byte, 600)), "6", requestEnd))
	send(t, h)
	assert.Equal(t, 6, sink.LogRecordCount())
	for problem, want := range map[string]int64{"missing": 2, "no_node_id": 2, "too_long": 1} {
		assert.Equal(t, want, point(tel, "otelcol_receiver_envoy_access_log_bad_identifiers", attribute.String("problem", problem)), problem)
	}
	require.NoError(t, h.Shutdown(t.Context()))
}

func TestEndOfStreams(t *testing.T) {
	h, tel := newHandler(t, testOptions(), consumertest.NewNop())
	boom := errors.New("boom")
	require.Error(t, h.StreamAccessLogs(&fakeStream{ctx: t.Context(), err: boom}))
	require.Error(t, h.StreamAccessLogs(&fakeStream{ctx: t.Context(), err: context.Canceled}))
	send(t, h)
	assert.Equal(t, int64(2), point(tel, "otelcol_receiver_envoy_access_log_als_streams_ended", attribute.String("reason", "canceled")))
	assert.Equal(t, int64(1), point(tel, "otelcol_receiver_envoy_access_log_als_streams_ended", attribute.String("reason", "client")))
	require.NoError(t, h.Shutdown(t.Context()))
}

// A stream that has to end does so at a quiet moment, or after a second.
func TestDrain(t *testing.T) {
	for name, busy := range map[string]bool{"quiet": false, "busy": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := new(consumertest.LogsSink)
				h, _ := newHandler(t, testOptions(), sink)
				ctx, cancel := context.WithCancel(t.Context())
				stream := &fakeStream{ctx: ctx, more: make(chan any)}
				ended := make(chan error)
				go func() {
					err := h.StreamAccessLogs(stream)
					cancel() // as gRPC does
					ended <- err
				}()
				begin := time.Now()
				h.Drain()
				sent := 0
				for ctx.Err() == nil && (busy || sent < 5) {
					select {
					case stream.more <- byHTTP("a", "1", requestEnd):
						sent++
					case <-ctx.Done():
					}
					time.Sleep(drainQuiet / 2)
				}
				require.ErrorContains(t, <-ended, "shutting down")
				if busy {
					assert.WithinRange(t, time.Now(), begin.Add(drainMost), begin.Add(drainMost+drainQuiet))
				} else {
					assert.Less(t, time.Since(begin), drainMost)
				}
				require.NoError(t, h.Shutdown(t.Context()))
				assert.Equal(t, sent, sink.LogRecordCount())
			})
		})
	}
}
