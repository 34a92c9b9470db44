// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	counts, err := count(r.Body, v)
	require.NoError(t, err)
	want := r.Counts
	want.Points = 0 // which cannot be read
	assert.Equal(t, want, counts)
	var total Counts
	for _, s := range list {
		total.Add(Counts{Series: 1, Samples: len(s.Samples), Histograms: len(s.Histograms), Exemplars: len(s.Exemplars)})
	}
	assert.Equal(t, want, total)
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
