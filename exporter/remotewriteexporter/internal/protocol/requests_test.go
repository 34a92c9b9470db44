// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"fmt"
	"slices"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

var versions = []Version{V1, V2}

// encodeAll returns the lines of all series of a flush, by shard.
func encodeAll(t *testing.T, f Flush) (shards [][]string) {
	t.Helper()
	for _, requests := range f.Shards {
		require.NotEmpty(t, requests)
		var all []string
		for _, r := range requests {
			all = append(all, lines(decode(t, f.Version, r))...)
		}
		shards = append(shards, all)
	}
	return shards
}

func TestRequestsAreBounded(t *testing.T) {
	const limit = 20_000
	md := meshMetrics(0, 10)
	for _, v := range versions {
		t.Run(v.String(), func(t *testing.T) {
			whole, _ := encode(t, Settings{Version: v}, md)
			e, err := NewEncoder(Settings{Version: v, MaxRequestBytes: limit})
			require.NoError(t, err)
			f, _ := e.Encode(md)
			require.Len(t, f.Shards, 1)
			for i, r := range f.Shards[0] {
				size, err := s2.DecodedLen(r.Body)
				require.NoError(t, err)
				assert.LessOrEqual(t, size, limit)
				if i < len(f.Shards[0])-1 {
					assert.Greater(t, size, limit*3/4, "requests are filled")
				}
			}
			assert.Equal(t, lines(whole), slices.Concat(encodeAll(t, f)...))
		})
	}
}

func TestSeriesLargerThanRequest(t *testing.T) {
	for _, v := range versions {
		md, m := one()
		points := newSum(m, "m", false)
		for i := range 3 {
			addInt(points, int64(i)).Attributes().PutStr("k", fmt.Sprint(i, string(make([]byte, 1000))))
		}
		e, err := NewEncoder(Settings{Version: v, MaxRequestBytes: 100})
		require.NoError(t, err)
		f, report := e.Encode(md)
		require.Len(t, f.Shards, 1)
		assert.Len(t, f.Shards[0], 3)
		assert.Zero(t, report.Points())
	}
}

// TestShards: each series is in one shard, the same one for all its samples.
func TestShards(t *testing.T) {
	for _, v := range versions {
		t.Run(v.String(), func(t *testing.T) {
			md := meshMetrics(0, 40)
			e, err := NewEncoder(Settings{Version: v, Shards: 4, MaxRequestBytes: 40_000})
			require.NoError(t, err)
			f, _ := e.Encode(md)
			require.Len(t, f.Shards, 4)
			where := map[string]int{}
			total := 0
			for shard, list := range encodeAll(t, f) {
				total += len(list)
				for _, s := range list {
					where[s] = shard
				}
			}
			assert.Equal(t, 40*seriesPerSet, total)
			assert.Len(t, where, total)
			again, _ := e.Encode(md)
			for shard, list := range encodeAll(t, again) {
				for _, s := range list {
					assert.Equal(t, where[s], shard)
				}
			}
		})
	}
}

func TestFewSeriesAreOneRequest(t *testing.T) {
	e, err := NewEncoder(Settings{Shards: 5})
	require.NoError(t, err)
	f, _ := e.Encode(meshMetrics(0, 10))
	require.Len(t, f.Shards, 1)
	assert.Len(t, f.Shards[0], 1)
}

func TestNothingToSend(t *testing.T) {
	for _, v := range versions {
		e, err := NewEncoder(Settings{Version: v})
		require.NoError(t, err)
		f, report := e.Encode(pmetric.NewMetrics())
		assert.Empty(t, f.Shards)
		assert.Zero(t, report.Points())
	}
}
