// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// TestSplitNewest has a series that begins, with a zero before its value, and one
// that goes on.
func TestSplitNewest(t *testing.T) {
	for name, points := range zeroPoints {
		for _, v := range versions {
			t.Run(name+" "+v.String(), func(t *testing.T) {
				md, m := one()
				switch name {
				case "counter":
					newSum(m, "m", true)
				case "histogram":
					m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
				default:
					m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
				}
				m.SetName("m")
				points.zero(m)
				points.value(m)
				other := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
				addInt(newSum(other, "other", true), 3).Exemplars().AppendEmpty().SetTraceID([16]byte{1})
				e, err := NewEncoder(Settings{Version: v})
				require.NoError(t, err)
				f, _ := e.Encode(md)
				whole := f.Shards[0][0]

				newest, older, ok := SplitNewest(whole.Body, v)
				require.True(t, ok)
				assert.Equal(t, points.series+1, newest.Series)
				assert.Equal(t, points.series+1, newest.Values())
				assert.Equal(t, points.series, older.Values())
				assert.Equal(t, 1, newest.Exemplars)
				for _, s := range decode(t, v, newest) {
					for _, sample := range s.Samples {
						assert.EqualValues(t, timeMS, sample.Timestamp)
					}
					for _, h := range s.Histograms {
						assert.EqualValues(t, timeMS, h.Timestamp)
					}
				}
				_, _, ok = SplitNewest(newest.Body, v)
				assert.False(t, ok, "no series has two values")
			})
		}
	}
	_, _, ok := SplitNewest([]byte("not a request"), V1)
	assert.False(t, ok)
}
