// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocoltest"
)

func TestEncodeNativeHistogram(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(pmetric.ExponentialHistogramDataPoint)
		want protocoltest.Histogram
	}{
		{
			name: "empty buckets are left out",
			make: func(p pmetric.ExponentialHistogramDataPoint) {
				p.SetScale(3)
				p.SetZeroCount(2)
				p.SetZeroThreshold(0.25)
				p.Positive().SetOffset(-2)
				p.Positive().BucketCounts().FromRaw([]uint64{0, 1, 0, 2, 0, 0, 0, 3, 0})
				p.Negative().SetOffset(4)
				p.Negative().BucketCounts().FromRaw([]uint64{5})
				p.SetCount(13)
				p.SetSum(-1)
			},
			want: protocoltest.Histogram{
				Count: 13, ZeroCount: 2, Sum: -1, ZeroThreshold: 0.25, Schema: 3,
				Positive: map[int64]int64{0: 1, 2: 2, 6: 3}, Negative: map[int64]int64{5: 5},
			},
		},
		{
			name: "a scale above 8 is brought down",
			make: func(p pmetric.ExponentialHistogramDataPoint) {
				p.SetScale(10)
				p.Positive().SetOffset(-5)
				// Buckets -5 | -4 .. -1 | 0 .. 3 of scale 10 are -2, -1 and 0 of scale 8.
				p.Positive().BucketCounts().FromRaw([]uint64{1, 2, 3, 4, 5, 6, 7, 8, 9})
				p.SetCount(45)
			},
			want: protocoltest.Histogram{
				Count: 45, ZeroThreshold: 1e-128, Schema: 8,
				Positive: map[int64]int64{-1: 1, 0: 14, 1: 30}, Negative: map[int64]int64{},
			},
		},
		{
			name: "empty buckets that are brought down",
			make: func(p pmetric.ExponentialHistogramDataPoint) {
				p.SetScale(9)
				p.Positive().BucketCounts().FromRaw([]uint64{0, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0, 2})
				p.SetCount(15)
			},
			want: protocoltest.Histogram{
				Count: 15, ZeroThreshold: 1e-128, Schema: 8,
				Positive: map[int64]int64{2: 12, 3: 1, 7: 2}, Negative: map[int64]int64{},
			},
		},
		{
			name: "an end",
			make: func(p pmetric.ExponentialHistogramDataPoint) {
				p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
			},
			want: protocoltest.Histogram{
				Count: 0x7ff0000000000002, Sum: math.Float64frombits(0x7ff0000000000002), ZeroThreshold: 1e-128,
				Positive: map[int64]int64{}, Negative: map[int64]int64{},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			md, m := one()
			m.SetName("h")
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			p := m.ExponentialHistogram().DataPoints().AppendEmpty()
			p.SetTimestamp(testTime)
			p.SetStartTimestamp(testStart)
			test.make(p)
			test.want.Timestamp = timeMS
			for _, v := range []Version{V1, V2} {
				list, report := encode(t, Settings{Version: v}, md)
				assert.Zero(t, report.Points())
				require.Len(t, list, 1)
				require.Len(t, list[0].Histograms, 1)
				got := list[0].Histograms[0]
				if v == V2 {
					assert.EqualValues(t, startMS, got.Start)
					got.Start = 0
				}
				assert.Equal(t, math.Float64bits(test.want.Sum), math.Float64bits(got.Sum))
				got.Sum, test.want.Sum = 0, 0
				assert.Equal(t, test.want, got)
				test.want.Sum = list[0].Histograms[0].Sum
			}
		})
	}
}
