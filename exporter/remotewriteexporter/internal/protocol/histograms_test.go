// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

func TestEncodeHistogram(t *testing.T) {
	newHistogram := func(m pmetric.Metric) pmetric.HistogramDataPoint {
		m.SetName("latency")
		m.SetUnit("s")
		m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		p := m.Histogram().DataPoints().AppendEmpty()
		p.SetTimestamp(testTime)
		p.Attributes().PutStr("Zone", "a") // sorts before the name
		p.Attributes().PutStr("app", "shop")
		p.Attributes().PutStr("path", "/")
		p.ExplicitBounds().FromRaw([]float64{0.5, 10})
		p.BucketCounts().FromRaw([]uint64{1, 2, 3})
		p.SetCount(6)
		p.SetSum(40.5)
		return p
	}
	const begin, end = `{Zone="a", __name__="latency_seconds`, `path="/"} `
	for _, test := range []struct {
		name string
		make func(pmetric.HistogramDataPoint)
		want []string
	}{
		{
			name: "plain",
			make: func(pmetric.HistogramDataPoint) {},
			want: []string{
				begin + `_sum", app="shop", ` + end + `40.5@1700000015000`,
				begin + `_count", app="shop", ` + end + `6@1700000015000`,
				begin + `_bucket", app="shop", le="0.5", ` + end + `1@1700000015000`,
				begin + `_bucket", app="shop", le="10", ` + end + `3@1700000015000`,
				begin + `_bucket", app="shop", le="+Inf", ` + end + `6@1700000015000`,
			},
		},
		{
			name: "no sum, no buckets",
			make: func(p pmetric.HistogramDataPoint) {
				p.RemoveSum()
				p.ExplicitBounds().FromRaw(nil)
				p.BucketCounts().FromRaw(nil)
			},
			want: []string{
				begin + `_count", app="shop", ` + end + `6@1700000015000`,
				begin + `_bucket", app="shop", le="+Inf", ` + end + `6@1700000015000`,
			},
		},
		{
			name: "a last bound that is infinite is the bucket of all",
			make: func(p pmetric.HistogramDataPoint) {
				p.ExplicitBounds().FromRaw([]float64{1, math.Inf(1)})
			},
			want: []string{
				begin + `_sum", app="shop", ` + end + `40.5@1700000015000`,
				begin + `_count", app="shop", ` + end + `6@1700000015000`,
				begin + `_bucket", app="shop", le="1", ` + end + `1@1700000015000`,
				begin + `_bucket", app="shop", le="+Inf", ` + end + `6@1700000015000`,
			},
		},
		{
			name: "an end",
			make: func(p pmetric.HistogramDataPoint) {
				p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
				p.ExplicitBounds().FromRaw([]float64{1})
				p.BucketCounts().FromRaw([]uint64{0, 0})
			},
			want: []string{
				begin + `_sum", app="shop", ` + end + `stale@1700000015000`,
				begin + `_count", app="shop", ` + end + `stale@1700000015000`,
				begin + `_bucket", app="shop", le="1", ` + end + `stale@1700000015000`,
				begin + `_bucket", app="shop", le="+Inf", ` + end + `stale@1700000015000`,
			},
		},
		{
			name: "exemplars are in the first bucket that they fit in",
			make: func(p pmetric.HistogramDataPoint) {
				for _, v := range []float64{11, 10, 0.6, 0.5, math.NaN()} {
					p.Exemplars().AppendEmpty().SetDoubleValue(v)
				}
			},
			want: []string{
				begin + `_sum", app="shop", ` + end + `40.5@1700000015000`,
				begin + `_count", app="shop", ` + end + `6@1700000015000`,
				begin + `_bucket", app="shop", le="0.5", ` + end + `1@1700000015000 # {} 0.5@0`,
				begin + `_bucket", app="shop", le="10", ` + end + `3@1700000015000 # {} 10@0 # {} 0.6@0`,
				begin + `_bucket", app="shop", le="+Inf", ` + end + `6@1700000015000 # {} 11@0`,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			md, m := one()
			test.make(newHistogram(m))
			list, report := encode(t, Settings{}, md)
			assert.Equal(t, test.want, lines(list))
			assert.Zero(t, report.Points())
			list, _ = encode(t, Settings{Version: V2}, md)
			require.Len(t, list, len(test.want))
			for i, line := range lines(list) {
				assert.Equal(t, test.want[i]+" type 3 unit seconds", line)
			}
		})
	}
}

func TestEncodeHistogramsOfOneSeries(t *testing.T) {
	md, m := one()
	m.SetName("h")
	m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i, bounds := range [][]float64{{1}, {1}, {2}} {
		p := m.Histogram().DataPoints().AppendEmpty()
		p.SetTimestamp(testTime + pcommon.Timestamp(i)*1e9)
		p.ExplicitBounds().FromRaw(bounds)
		p.BucketCounts().FromRaw([]uint64{uint64(i), 1})
		p.SetCount(uint64(i) + 1)
	}
	list, report := encode(t, Settings{}, md)
	assert.Zero(t, report.Points())
	assert.Equal(t, []string{
		`{__name__="h_count"} 1@1700000015000 2@1700000016000`,
		`{__name__="h_bucket", le="1"} 0@1700000015000 1@1700000016000`,
		`{__name__="h_bucket", le="+Inf"} 1@1700000015000 2@1700000016000`,
		`{__name__="h_count"} 3@1700000017000`,
		`{__name__="h_bucket", le="2"} 2@1700000017000`,
		`{__name__="h_bucket", le="+Inf"} 3@1700000017000`,
	}, lines(list))
}

func TestEncodeSummary(t *testing.T) {
	md, m := one()
	m.SetName("rpc")
	p := m.SetEmptySummary().DataPoints().AppendEmpty()
	p.Attributes().PutStr("region", "x")
	p.SetTimestamp(testTime)
	p.SetStartTimestamp(testStart)
	p.SetSum(9)
	p.SetCount(4)
	for _, q := range []float64{0.5, 0.99} {
		v := p.QuantileValues().AppendEmpty()
		v.SetQuantile(q)
		v.SetValue(q * 10)
	}
	list, report := encode(t, Settings{}, md)
	assert.Zero(t, report.Points())
	assert.Equal(t, []string{
		`{__name__="rpc_sum", region="x"} 9@1700000015000`,
		`{__name__="rpc_count", region="x"} 4@1700000015000`,
		`{__name__="rpc", quantile="0.5", region="x"} 5@1700000015000`,
		`{__name__="rpc", quantile="0.99", region="x"} 9.9@1700000015000`,
	}, lines(list))
	list, _ = encode(t, Settings{Version: V2}, md)
	require.Len(t, list, 4)
	assert.Equal(t, `{__name__="rpc", quantile="0.99", region="x"} 9.9@1700000015000 since 1700000000000 type 5`, list[3].String())
}
