// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestLimits(t *testing.T) {
	assert.Equal(t, []int64{500_000, 1_000_000, 3_600_000_000_000}, limits([]float64{.5, 1, 3.6e6}, 1e6))
	assert.Equal(t, []int64{5_000_000, 12_300_000, 290_000_000, 2_500_000_000}, limits([]float64{.005, .0123, .29, 2.5}, 1e9))
	assert.Equal(t, []int64{0, 0, 1, math.MaxInt64}, limits([]float64{0, .5, 1.9, 1e300}, 1))
}

func TestBucketOf(t *testing.T) {
	bounds := []int64{0, 10, 20, math.MaxInt64}
	for value, want := range map[int64]int{0: 0, 1: 1, 10: 1, 11: 2, 20: 2, 21: 3, math.MaxInt64: 3} {
		assert.Equal(t, want, bucketOf(bounds, value), value)
	}
	assert.Equal(t, 3, bucketOf(bounds[:3], 21))
	assert.Equal(t, 0, bucketOf(nil, 21))
}

func TestExponential(t *testing.T) {
	o := testOptions(contract.SchemaIstio13)
	o.ExponentialSize = 20
	s := New(o, 1)
	key := keyOf(contract.HTTP)
	for i := range int64(1000) {
		apply(s, 1, key, Observation{Values: Values{i * 1e6, 0, i, Absent, Absent}, Trace: [16]byte{1}})
		if i == 10 {
			snapshot(s, 1)
		}
	}
	n := snapshot(s, 2)
	_, histograms := points(o, n)
	for name, zeros := range map[string]uint64{"istio_request_duration_seconds": 1, "istio_request_bytes": 1000, "istio_response_bytes": 1} {
		h := histograms[name]
		require.NotNil(t, h.Exponential, name)
		assert.EqualValues(t, 1000, h.Count, name)
		assert.Equal(t, zeros, h.Exponential.Zeros, name)
		assert.LessOrEqual(t, len(h.Buckets), 20, name)
		total := zeros
		for _, b := range h.Buckets {
			total += b
		}
		assert.Equal(t, h.Count, total, name)
		assert.Len(t, h.Exemplars, 1, name)
	}
	assert.Equal(t, int64(999*1000/2*1e6), histograms["istio_request_duration_seconds"].Sum)
	assert.Equal(t, 4, s.Stats().Series, "a native histogram is one series")
}

func TestExponentialScaleSuitsPrometheus(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.ExponentialSize = 8 // the least that may be configured
	s := New(o, 1)
	apply(s, 1, keyOf(contract.HTTP),
		Observation{Values: Values{1, 1, 1, Absent, Absent}},
		Observation{Values: Values{math.MaxInt64, math.MaxInt64, math.MaxInt64, Absent, Absent}})
	histograms := snapshot(s, 2).Histograms
	require.Len(t, histograms, 3)
	for _, h := range histograms {
		assert.GreaterOrEqual(t, h.Exponential.Scale, int32(-4))
	}
}

func TestExemplars(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	key := keyOf(contract.HTTP)
	trace := func(id byte, received int64) Observation {
		return Observation{Values: Values{1, received, 1, Absent, Absent}, Trace: [16]byte{id}, Span: [8]byte{id}}
	}
	apply(s, 10, key, trace(1, 50), trace(2, 60), trace(3, 5000), trace(0, 500))
	n := snapshot(s, 20)
	_, histograms := points(o, n)

	exemplars := histograms["istio_request_bytes"].Exemplars
	require.Len(t, exemplars, 2, "one for each bucket that a traced request fell into")
	assert.Equal(t, Exemplar{Value: 50, Time: 10, Trace: [16]byte{1}, Span: [8]byte{1}, bucket: 1}, exemplars[0])
	assert.Equal(t, Exemplar{Value: 5000, Time: 10, Trace: [16]byte{3}, Span: [8]byte{3}, bucket: 3}, exemplars[1])
	require.Len(t, n.Counters[0].Exemplars, 1)
	assert.Equal(t, Exemplar{Value: 1, Time: 10, Trace: [16]byte{1}, Span: [8]byte{1}}, n.Counters[0].Exemplars[0])

	n = snapshot(s, 30)
	for _, p := range n.Histograms {
		assert.Empty(t, p.Exemplars, "an exemplar is sent once")
	}
	assert.Empty(t, n.Counters[0].Exemplars)
	apply(s, 40, key, trace(4, 50))
	assert.Equal(t, [16]byte{4}, snapshot(s, 50).Counters[0].Exemplars[0].Trace)
}

func TestExemplarsOff(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.Exemplars = false
	s := New(o, 1)
	apply(s, 10, keyOf(contract.HTTP), Observation{Values: Values{1, 1, 1, 1, 1}, Trace: [16]byte{1}})
	n := snapshot(s, 20)
	assert.Empty(t, n.Counters[0].Exemplars)
	assert.Empty(t, n.Histograms[0].Exemplars)
}
