// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCacheForgets: label sets go when their series are gone.
func TestCacheForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, err := NewEncoder(Settings{})
		require.NoError(t, err)
		e.Encode(meshMetrics(0, 50))
		sets, bytes := e.reader.Cached()
		assert.Equal(t, 50, sets)
		for range 10 {
			time.Sleep(time.Minute)
			e.Encode(meshMetrics(40, 60))
		}
		after, bytesAfter := e.reader.Cached()
		assert.Equal(t, 20, after)
		assert.InDelta(t, bytes*20/50, bytesAfter, 500)
		time.Sleep(time.Hour)
		e.Encode(meshMetrics(0, 0))
		sets, bytes = e.reader.Cached()
		assert.Zero(t, sets)
		assert.Zero(t, bytes)
	})
}

// TestCacheIsBounded: with a small cache the result is the same.
func TestCacheIsBounded(t *testing.T) {
	const limit = 20_000
	small, err := NewEncoder(Settings{MaxCacheBytes: limit})
	require.NoError(t, err)
	large, err := NewEncoder(Settings{})
	require.NoError(t, err)
	for from := range 5 {
		md := meshMetrics(from*10, from*10+50)
		want, _ := large.Encode(md)
		got, report := small.Encode(md)
		assert.Zero(t, report.Points())
		assert.Equal(t, encodeAll(t, want), encodeAll(t, got))
		sets, bytes := small.reader.Cached()
		assert.LessOrEqual(t, bytes, limit)
		assert.Positive(t, sets)
	}
}
