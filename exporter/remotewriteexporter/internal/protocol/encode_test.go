package protocol

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocoltest"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

const (
	testStart = 1_700_000_000_000_000_000
	testTime  = 1_700_000_015_000_000_000
	startMS   = testStart / 1_000_000
	timeMS    = testTime / 1_000_000
)

// one is a metric of a resource without attributes.
func one() (pmetric.Metrics, pmetric.Metric) {
	md := pmetric.NewMetrics()
	return md, md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
}

func newSum(m pmetric.Metric, name string, monotonic bool) pmetric.NumberDataPointSlice {
	m.SetName(name)
	sum := m.SetEmptySum()
	sum.SetIsMonotonic(monotonic)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	return sum.DataPoints()
}

func addInt(points pmetric.NumberDataPointSlice, value int64) pmetric.NumberDataPoint {
	p := points.AppendEmpty()
	p.SetStartTimestamp(testStart)
	p.SetTimestamp(testTime)
	p.SetIntValue(value)
	return p
}

// encode returns the series of the only request, or none.
func encode(t *testing.T, s Settings, md pmetric.Metrics) ([]protocoltest.Series, series.Report) {
	t.Helper()
	e, err := NewEncoder(s)
	require.NoError(t, err)
	f, report := e.Encode(md)
	if len(f.Shards) == 0 {
		return nil, report
	}
	require.Len(t, f.Shards, 1)
	require.Len(t, f.Shards[0], 1)
	return decode(t, f.Version, f.Shards[0][0]), report
}

// decode returns the series of a request and checks its counts.
func decode(t *testing.T, v Version, r Request) []protocoltest.Series {
	t.Helper()
	read := protocoltest.Read1
	if v == V2 {
		read = protocoltest.Read2
	}
	list, err := read(r.Body)
	require.NoError(t, err)
	counts, err := Count(r.Body, v)
	require.NoError(t, err)
	assert.Equal(t, r.Counts, counts)
	var total Counts
	for _, s := range list {
		total.Add(Counts{1, len(s.Samples), len(s.Histograms), len(s.Exemplars)})
	}
	assert.Equal(t, r.Counts, total)
	return list
}

// lines are series, one line for each: labels, then what they have.
func lines(list []protocoltest.Series) (result []string) {
	for _, s := range list {
		result = append(result, s.String())
	}
	return result
}

func TestEncodeNumbers(t *testing.T) {
	for _, test := range []struct {
		name   string
		make   func(pmetric.Metric)
		v1, v2 []string
	}{
		{
			name: "counter",
			make: func(m pmetric.Metric) {
				m.SetUnit("By")
				m.SetDescription("What was sent.")
				p := addInt(newSum(m, "sent.data", true), 7)
				p.Attributes().PutStr("http.method", "GET")
			},
			v1: []string{`{__name__="sent_data_bytes_total", http_method="GET"} 7@1700000015000`},
			v2: []string{`{__name__="sent_data_bytes_total", http_method="GET"} 7@1700000015000 since 1700000000000 type 1 unit bytes help What was sent.`},
		},
		{
			name: "sum that may fall",
			make: func(m pmetric.Metric) { addInt(newSum(m, "queue", false), -3) },
			v1:   []string{`{__name__="queue"} -3@1700000015000`},
			v2:   []string{`{__name__="queue"} -3@1700000015000 type 2`},
		},
		{
			name: "gauge",
			make: func(m pmetric.Metric) {
				m.SetName("load")
				m.SetUnit("1")
				p := m.SetEmptyGauge().DataPoints().AppendEmpty()
				p.SetTimestamp(testTime)
				p.SetDoubleValue(0.5)
				p.Exemplars().AppendEmpty().SetIntValue(1)
			},
			v1: []string{`{__name__="load_ratio"} 0.5@1700000015000`},
			v2: []string{`{__name__="load_ratio"} 0.5@1700000015000 type 2`},
		},
		{
			name: "zero, and the time zero",
			make: func(m pmetric.Metric) { addInt(newSum(m, "zero", false), 0).SetTimestamp(0) },
			v1:   []string{`{__name__="zero"} 0@0`},
			v2:   []string{`{__name__="zero"} 0@0 type 2`},
		},
		{
			name: "negative zero",
			make: func(m pmetric.Metric) {
				addInt(newSum(m, "zero", false), 0).SetDoubleValue(math.Copysign(0, -1))
			},
			v1: []string{`{__name__="zero"} -0@1700000015000`},
			v2: []string{`{__name__="zero"} -0@1700000015000 type 2`},
		},
		{
			name: "a point without a value ends the series",
			make: func(m pmetric.Metric) {
				p := newSum(m, "ended", true).AppendEmpty()
				p.SetTimestamp(testTime)
				p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
			},
			v1: []string{`{__name__="ended_total"} stale@1700000015000`},
			v2: []string{`{__name__="ended_total"} stale@1700000015000 type 1`},
		},
		{
			name: "two points of one series, the later one first",
			make: func(m pmetric.Metric) {
				points := newSum(m, "requests", true)
				addInt(points, 5)
				addInt(points, 0).SetTimestamp(testStart)
			},
			v1: []string{`{__name__="requests_total"} 0@1700000000000 5@1700000015000`},
			v2: []string{`{__name__="requests_total"} 0@1700000000000 since 1700000000000 5@1700000015000 since 1700000000000 type 1`},
		},
		{
			name: "exemplars, in the order of their times",
			make: func(m pmetric.Metric) {
				p := addInt(newSum(m, "requests", true), 5)
				late := p.Exemplars().AppendEmpty()
				late.SetTimestamp(testTime)
				late.SetDoubleValue(2.5)
				late.SetTraceID([16]byte{0xab})
				late.SetSpanID([8]byte{0xcd})
				late.FilteredAttributes().PutStr("path", "/")
				late.FilteredAttributes().PutStr("trace_id", "another")
				early := p.Exemplars().AppendEmpty()
				early.SetTimestamp(testStart)
				early.SetIntValue(1)
				early.FilteredAttributes().PutStr("too_long", strings.Repeat("x", 128))
			},
			v1: []string{`{__name__="requests_total"} 5@1700000015000 # {} 1@1700000000000 # {path="/", span_id="cd00000000000000", trace_id="ab000000000000000000000000000000"} 2.5@1700000015000`},
			v2: []string{`{__name__="requests_total"} 5@1700000015000 since 1700000000000 # {} 1@1700000000000 # {path="/", span_id="cd00000000000000", trace_id="ab000000000000000000000000000000"} 2.5@1700000015000 type 1`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			md, m := one()
			test.make(m)
			list, report := encode(t, Settings{Version: V1}, md)
			assert.Equal(t, test.v1, lines(list))
			assert.Zero(t, report.Points())
			list, _ = encode(t, Settings{Version: V2}, md)
			assert.Equal(t, test.v2, lines(list))
		})
	}
}

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
