// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/golang/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// snappyOf reads what a writer wrote, and begins anew.
func snappyOf(t *testing.T, w *snappyWriter) []byte {
	t.Helper()
	size := w.len()
	body := bodyOf(w)
	got, err := snappy.Decode(nil, body)
	require.NoError(t, err)
	require.Len(t, got, size)
	require.LessOrEqual(t, len(got), maxRatio*len(body)+64, "no more than Split reads")
	require.Zero(t, w.len())
	return got
}

func TestSnappyNothing(t *testing.T) {
	assert.Empty(t, snappyOf(t, &snappyWriter{}))
}

// TestSnappyLengths has a literal and a copy of each length, at short and at long
// distances.
func TestSnappyLengths(t *testing.T) {
	var w snappyWriter
	text := randomBytes(rand.New(rand.NewPCG(1, 2)), 100_000)
	for _, gap := range []int{0, 1000, 2047, 2048, 60_000, maxDistance, maxDistance + 1} {
		for n := range 300 {
			w.put(text[:n])
			w.put(text[n : n+gap])
			w.again(0, text[:n])
			w.put([]byte("."))
			want := append(bytes.Clone(text[:n+gap]), text[:n]...)
			require.Equal(t, append(want, '.'), snappyOf(t, &w), "%d bytes over %d", n, gap)
		}
	}
}

// TestSnappyAtRandom compares the writer with a list of bytes.
func TestSnappyAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var w snappyWriter
	for range 300 {
		var want []byte
		for range r.IntN(300) {
			at, n := 0, 0
			if len(want) > 0 {
				at = max(0, len(want)-1-r.IntN(1<<(1+r.IntN(17))))
				n = min(r.IntN(1<<r.IntN(12)), len(want)-at)
			}
			before := bytes.Clone(want[at : at+n])
			switch r.IntN(4) {
			case 0:
				b := randomBytes(r, r.IntN(1<<r.IntN(11)))
				w.put(b)
				want = append(want, b...)
			case 1:
				w.again(at, before)
				want = append(want, before...)
			case 2: // what comes right after is a part of the same copy
				half := n / 2
				w.again(at, before[:half])
				w.again(at+half, before[half:])
				want = append(want, before...)
			default:
				b := bytes.Clone(before)
				for range min(r.IntN(3), len(b)) {
					b[r.IntN(len(b))]++
				}
				if len(b) > 0 && r.IntN(2) == 0 {
					b = append(b[:r.IntN(len(b))], before[r.IntN(len(b)):]...)
				}
				w.like(at, before, b)
				want = append(want, b...)
			}
		}
		require.Equal(t, len(want), w.len())
		if got := snappyOf(t, &w); len(want) > 0 {
			require.Equal(t, want, got)
		}
	}
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(4))
	}
	return b
}

func TestEqualBeginAndEnd(t *testing.T) {
	for _, test := range []struct {
		a, b       string
		begin, end int
	}{
		{"", "", 0, 0},
		{"a", "", 0, 0},
		{"abc", "abd", 2, 0},
		{"xbc", "abc", 0, 2},
		{"12345678", "12345678", 8, 8},
		{"123456789", "12345678x", 8, 0},
		{"1234567x90123", "1234567y90123", 7, 5},
		{"0123456789", "56789", 0, 5},
		{"x12345678", "y12345678", 0, 8},
		{"x123456789ab", "y923456789ab", 0, 10},
	} {
		assert.Equal(t, test.begin, equalBegin([]byte(test.a), []byte(test.b)), "%q %q", test.a, test.b)
		assert.Equal(t, test.end, equalEnd([]byte(test.a), []byte(test.b)), "%q %q", test.a, test.b)
	}
}

// TestRepeatsAreLeftOut: a series is smaller than one label where its label set
// was there before.
func TestRepeatsAreLeftOut(t *testing.T) {
	e, err := NewEncoder(Settings{})
	require.NoError(t, err)
	f, _ := e.Encode(meshMetrics(0, 300))
	require.Len(t, f.Shards, 1)
	series, size := 0, 0
	for _, r := range f.Shards[0] {
		series += r.Series
		size += len(r.Body)
		raw, err := snappy.Decode(nil, r.Body)
		require.NoError(t, err)
		require.Less(t, 10*len(r.Body), len(raw))
	}
	assert.Less(t, size/series, 80)
}
