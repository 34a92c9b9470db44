// SPDX-License-Identifier: Apache-2.0

package remotewrite

import (
	"fmt"
	"math"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// generator makes metrics. It makes none that cannot be sent, which the exporters
// treat differently, and no two points of one series and time.
type generator struct{ *rand.Rand }

// metrics returns metrics of a time.
func (g generator) metrics(time int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	for resource := range 2 {
		rm := md.ResourceMetrics().AppendEmpty()
		if g.IntN(4) > 0 {
			rm.Resource().Attributes().PutStr("service.name", fmt.Sprint("service-", resource))
		}
		if g.IntN(2) > 0 {
			rm.Resource().Attributes().PutStr("service.namespace", "namespace")
		}
		rm.Resource().Attributes().PutStr("service.instance.id", fmt.Sprint("instance-", resource))
		sm := rm.ScopeMetrics().AppendEmpty()
		sm.Scope().SetName("scope")
		for metric := range 1 + g.IntN(8) {
			g.metric(sm.Metrics().AppendEmpty(), metric, time)
		}
	}
	return md
}

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

func (g generator) metric(m pmetric.Metric, metric, time int) {
	m.SetName(fmt.Sprint(g.pick("a", "b.c", "http.server.duration", "0_digit", "under__score", "Ünï", "x_total", "y_seconds"), "_m", metric))
	m.SetUnit(g.pick("", "1", "s", "By", "ms", "{request}", "By/s", "m/{x}", "%", "requests/min"))
	m.SetDescription(g.pick("", "What it is."))
	points := 1 + g.IntN(5)
	switch g.IntN(6) {
	case 0:
		m.SetEmptyGauge()
		for i := range points {
			g.number(m.Gauge().DataPoints().AppendEmpty(), i, time)
		}
	case 1, 2:
		sum := m.SetEmptySum()
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		sum.SetIsMonotonic(g.IntN(3) > 0)
		for i := range points {
			p := sum.DataPoints().AppendEmpty()
			g.number(p, i, time)
			if sum.IsMonotonic() {
				g.exemplars(p.Exemplars())
			}
		}
	case 3:
		m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := range points {
			g.histogram(m.Histogram().DataPoints().AppendEmpty(), i, time)
		}
	case 4:
		m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := range points {
			g.exponential(m.ExponentialHistogram().DataPoints().AppendEmpty(), i, time)
		}
	case 5:
		m.SetEmptySummary()
		for i := range points {
			g.summary(m.Summary().DataPoints().AppendEmpty(), i, time)
		}
	}
}

// point is what all points have.
type point interface {
	Attributes() pcommon.Map
	SetTimestamp(pcommon.Timestamp)
	SetStartTimestamp(pcommon.Timestamp)
	SetFlags(pmetric.DataPointFlags)
}

func (g generator) begin(p point, i, time int) (ended bool) {
	p.SetStartTimestamp(1_700_000_000_000_000_000)
	p.SetTimestamp(pcommon.Timestamp(1_700_000_000_123_456_789 + time*15_000_000_000))
	a := p.Attributes()
	a.PutInt("point", int64(i))
	for _, key := range []string{"http.method", "http_method", "http-method", "Upper", "1st", "_private", "__own__", "z", "job", "instance", "k", "m"} {
		switch g.IntN(8) {
		case 0:
			a.PutStr(key, g.pick("value", "other", "", `quote" and \`, "ünïcode"))
		case 1:
			a.PutBool(key, true)
		case 2:
			a.PutDouble(key, 0.25)
		case 3:
			a.PutEmptySlice(key).AppendEmpty().SetStr("x")
		}
	}
	if g.IntN(6) == 0 {
		p.SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
		return true
	}
	return false
}

func (g generator) value() float64 {
	return []float64{0, 1, -1.5, 1e300, math.NaN(), math.Inf(1), g.Float64()}[g.IntN(7)]
}

func (g generator) number(p pmetric.NumberDataPoint, i, time int) {
	if g.begin(p, i, time) {
		return
	}
	if g.IntN(2) == 0 {
		p.SetIntValue(g.Int64() - math.MaxInt64/2)
	} else {
		p.SetDoubleValue(g.value())
	}
}

func (g generator) exemplars(dst pmetric.ExemplarSlice) {
	for i := range g.IntN(3) {
		e := dst.AppendEmpty()
		e.SetTimestamp(pcommon.Timestamp(1_700_000_000_000_000_000 + i*1_000_000))
		e.SetDoubleValue(g.Float64() * 20)
		if g.IntN(2) == 0 {
			e.SetTraceID([16]byte{1, byte(i)})
			e.SetSpanID([8]byte{2, byte(i)})
		}
		if g.IntN(2) == 0 {
			e.FilteredAttributes().PutStr("path", g.pick("/", "/a", string(make([]byte, 60)), string(make([]byte, 130))))
			e.FilteredAttributes().PutInt("code", 200)
		}
	}
}

func (g generator) histogram(p pmetric.HistogramDataPoint, i, time int) {
	ended := g.begin(p, i, time)
	p.ExplicitBounds().FromRaw([][]float64{nil, {1}, {0, 0.005, 0.1, 10, 1e6}}[g.IntN(3)])
	if n := p.ExplicitBounds().Len(); n > 0 || g.IntN(2) == 0 {
		for range n + 1 {
			c := uint64(g.IntN(10))
			p.BucketCounts().Append(c)
			p.SetCount(p.Count() + c)
		}
	}
	if g.IntN(4) > 0 {
		p.SetSum(g.value())
	}
	if !ended {
		g.exemplars(p.Exemplars())
	}
}

func (g generator) exponential(p pmetric.ExponentialHistogramDataPoint, i, time int) {
	if g.begin(p, i, time) {
		return
	}
	// Where the scale is above 8, contrib's exporter counts what comes after
	// empty buckets in one of those.
	p.SetScale(int32(g.IntN(13) - 4))
	p.SetZeroCount(uint64(g.IntN(3)))
	p.SetZeroThreshold(float64(g.IntN(2)) * 0.001)
	total := p.ZeroCount()
	for _, b := range []pmetric.ExponentialHistogramDataPointBuckets{p.Positive(), p.Negative()} {
		b.SetOffset(int32(g.IntN(100) - 50))
		for range g.IntN(40) {
			c := uint64(max(g.IntN(8)-4, 0))
			b.BucketCounts().Append(c)
			total += c
		}
	}
	p.SetCount(total)
	if g.IntN(4) > 0 {
		p.SetSum(g.Float64())
	}
	g.exemplars(p.Exemplars())
}

func (g generator) summary(p pmetric.SummaryDataPoint, i, time int) {
	g.begin(p, i, time)
	p.SetSum(g.value())
	p.SetCount(uint64(g.IntN(100)))
	for q := range g.IntN(4) {
		v := p.QuantileValues().AppendEmpty()
		v.SetQuantile([]float64{0, 0.5, 0.99, 1}[q])
		v.SetValue(g.value())
	}
}
