// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// TestSplitHistograms takes native histograms out, and leaves the order.
func TestSplitHistograms(t *testing.T) {
	md := meshMetrics(0, 2)
	h := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	h.SetName("native")
	h.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range 3 {
		p := h.ExponentialHistogram().DataPoints().AppendEmpty()
		p.SetTimestamp(testTime)
		meshAttributes(p.Attributes(), i)
	}
	for _, v := range versions {
		t.Run(v.String(), func(t *testing.T) {
			e, err := NewEncoder(Settings{Version: v})
			require.NoError(t, err)
			f, _ := e.Encode(md)
			whole := f.Shards[0][0]
			samples, histograms, ok := SplitHistograms(whole.Body, v)
			require.True(t, ok)
			samples.Points, histograms.Points = whole.Points-3, 3
			assert.Equal(t, whole.Histograms, histograms.Histograms)
			assert.Equal(t, 3, histograms.Series)
			assert.Zero(t, samples.Histograms)
			assert.Equal(t, whole.Samples, samples.Samples)
			var want, wantHistograms []string
			for _, s := range decode(t, v, whole) {
				if len(s.Histograms) > 0 {
					wantHistograms = append(wantHistograms, s.String())
				} else {
					want = append(want, s.String())
				}
			}
			assert.Equal(t, want, lines(decode(t, v, samples)))
			assert.Equal(t, wantHistograms, lines(decode(t, v, histograms)))

			_, _, ok = SplitHistograms(samples.Body, v)
			assert.False(t, ok)
			none, all, ok := SplitHistograms(histograms.Body, v)
			require.True(t, ok)
			assert.Zero(t, none.Counts)
			assert.Equal(t, 3, all.Histograms)
			_, _, ok = SplitHistograms([]byte("no request"), v)
			assert.False(t, ok)
		})
	}
}

// TestSplit halves a request until each sample stands alone, and finds all of
// it again, in order.
func TestSplit(t *testing.T) {
	md := meshMetrics(0, 2)
	points := newSum(md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty(), "twice", true)
	addInt(points, 1)
	p := addInt(points, 2)
	p.SetTimestamp(testTime + 1e9)
	p.Exemplars().AppendEmpty().SetDoubleValue(1)
	h := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	h.SetName("native")
	h.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range 3 {
		h.ExponentialHistogram().DataPoints().AppendEmpty().SetTimestamp(testTime + pcommon.Timestamp(i)*1e9)
	}
	for _, v := range versions {
		t.Run(v.String(), func(t *testing.T) {
			e, err := NewEncoder(Settings{Version: v})
			require.NoError(t, err)
			f, _ := e.Encode(md)
			whole := f.Shards[0][0]
			var single []Request
			var halve func(r Request)
			halve = func(r Request) {
				a, b, ok := Split(r.Body, v)
				if !ok {
					single = append(single, r)
					return
				}
				sum := a.Counts
				sum.Add(b.Counts)
				require.Equal(t, [3]int{r.Samples, r.Histograms, r.Exemplars}, [3]int{sum.Samples, sum.Histograms, sum.Exemplars})
				halve(a)
				halve(b)
			}
			halve(whole)
			assert.Len(t, single, whole.Samples+whole.Histograms)
			values := map[string]int{}
			for _, r := range single {
				for _, s := range decode(t, v, r) {
					assert.Equal(t, 1, len(s.Samples)+len(s.Histograms))
					values[s.Labels] += len(s.Samples) + len(s.Histograms)
				}
			}
			want := map[string]int{}
			for _, s := range decode(t, v, whole) {
				want[s.Labels] += len(s.Samples) + len(s.Histograms)
			}
			assert.Equal(t, want, values)
		})
	}
}

// TestSplitSymbols: each half has the symbols that it needs, and reads as before.
func TestSplitSymbols(t *testing.T) {
	md, m := one()
	m.SetDescription("What it is.")
	points := newSum(m, "m", true)
	for i := range 8 {
		p := addInt(points, int64(i))
		p.Attributes().PutStr("large", strconv.Itoa(i)+string(make([]byte, 1000)))
		p.Exemplars().AppendEmpty().FilteredAttributes().PutInt("n", int64(i))
	}
	e, err := NewEncoder(Settings{Version: V2})
	require.NoError(t, err)
	f, _ := e.Encode(md)
	whole := f.Shards[0][0]
	a, b, ok := Split(whole.Body, V2)
	require.True(t, ok)
	for _, half := range []Request{a, b} {
		size, err := s2.DecodedLen(half.Body)
		require.NoError(t, err)
		assert.Less(t, size, 5000)
	}
	assert.Equal(t, lines(decode(t, V2, whole)), slices.Concat(lines(decode(t, V2, a)), lines(decode(t, V2, b))))
}

func TestSplitNot(t *testing.T) {
	md, m := one()
	addInt(newSum(m, "m", true), 1)
	for _, v := range versions {
		e, err := NewEncoder(Settings{Version: v})
		require.NoError(t, err)
		f, _ := e.Encode(md)
		for name, body := range map[string][]byte{
			"one sample":     f.Shards[0][0].Body,
			"nothing":        nil,
			"no snappy":      []byte("hello"),
			"no message":     s2.EncodeSnappy(nil, []byte{0xff}),
			"no series":      s2.EncodeSnappy(nil, []byte{0x1a, 0}),
			"too large":      {0xff, 0xff, 0xff, 0xff, 0x0f},
			"broken series":  s2.EncodeSnappy(nil, []byte{byte(layoutOf(v).series<<3 | 2), 1, 0xff}),
			"length is past": s2.EncodeSnappy(nil, []byte{byte(layoutOf(v).series<<3 | 2), 100}),
		} {
			_, _, ok := Split(body, v)
			assert.False(t, ok, "%v %s", v, name)
		}
		_, err = count([]byte("hello"), v)
		require.Error(t, err)
	}
}

// FuzzSplit: no bytes make Split or Count fail but by saying so, and halves have
// together what the whole has.
func FuzzSplit(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2)) // the same seeds in each run
	for _, v := range versions {
		e, err := NewEncoder(Settings{Version: v})
		require.NoError(f, err)
		flush, _ := e.Encode(meshMetrics(0, 1))
		body := flush.Shards[0][0].Body
		f.Add(body, uint8(v))
		raw, err := s2.Decode(nil, body)
		require.NoError(f, err)
		for range 8 {
			raw[random.IntN(len(raw))] ^= byte(1 + random.IntN(255))
			f.Add(s2.EncodeSnappy(nil, raw), uint8(v))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, version uint8) {
		v := Version(version)
		whole, err := count(body, v)
		a, b, ok := Split(body, v)
		if err != nil {
			require.False(t, ok)
			return
		}
		if !ok {
			return
		}
		require.Equal(t, whole.Samples, a.Samples+b.Samples)
		require.Equal(t, whole.Histograms, a.Histograms+b.Histograms)
		require.Equal(t, whole.Exemplars, a.Exemplars+b.Exemplars)
		for _, r := range []Request{a, b} {
			require.Positive(t, r.Series)
			counts, err := count(r.Body, v)
			require.NoError(t, err)
			require.Equal(t, r.Counts, counts)
		}
	})
}

// count counts what the body of a request holds. It returns an error if it is
// not the body of a request.
func count(body []byte, v Version) (Counts, error) {
	raw, err := uncompress(body)
	if err != nil {
		return Counts{}, err
	}
	return countMessage(raw, layoutOf(v))
}
