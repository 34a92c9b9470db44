// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// BenchmarkEncode measures one series, of label sets as a service mesh has them:
// a counter and three histograms with 20 bounds for each set of 30 labels.
func BenchmarkEncode(b *testing.B) {
	for _, v := range []Version{V1, V2} {
		for _, sets := range []int{150, 1500, 15000} { // 10^4, 10^5 and 10^6 series
			b.Run(fmt.Sprintf("%v/%dseries", v, sets*seriesPerSet), func(b *testing.B) {
				var parts []pmetric.Metrics
				for from := 0; from < sets; from += 2000 {
					parts = append(parts, meshMetrics(from, min(from+2000, sets)))
				}
				e, err := NewEncoder(Settings{Version: v, Shards: 5})
				require.NoError(b, err)
				before := liveHeap()
				encodeParts(b, e, parts, sets)
				live := liveHeap() - before
				b.ReportAllocs()
				began := cpuTime(b)
				for b.Loop() {
					encodeParts(b, e, parts, sets)
				}
				n := float64(sets * seriesPerSet)
				b.ReportMetric(float64(cpuTime(b)-began)/float64(b.N)/n, "cpu-ns/series")
				b.ReportMetric(float64(live)/n, "live-B/series")
			})
		}
	}
}

// BenchmarkEncodeNew measures label sets that were not seen before.
func BenchmarkEncodeNew(b *testing.B) {
	md := meshMetrics(0, 1500)
	began := cpuTime(b)
	for b.Loop() {
		e, err := NewEncoder(Settings{})
		require.NoError(b, err)
		encodeParts(b, e, []pmetric.Metrics{md}, 1500)
	}
	b.ReportMetric(float64(cpuTime(b)-began)/float64(b.N)/1500/seriesPerSet, "cpu-ns/series")
}

func encodeParts(tb testing.TB, e *Encoder, parts []pmetric.Metrics, sets int) {
	tb.Helper()
	n := 0
	for _, md := range parts {
		f, report := e.Encode(md)
		require.Zero(tb, report.Points())
		for _, shard := range f.Shards {
			for _, r := range shard {
				n += r.Series
			}
		}
	}
	require.Equal(tb, sets*seriesPerSet, n)
}

// cpuTime is what the process has used: other processes do not count.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

const (
	meshLabels   = 30
	meshBounds   = 20
	seriesPerSet = 1 + 3*(meshBounds+3)
)

func meshMetrics(from, to int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", "mesh")
	rm.Resource().Attributes().PutStr("service.instance.id", "gateway-0")
	metrics := rm.ScopeMetrics().AppendEmpty().Metrics()
	requests := metrics.AppendEmpty()
	requests.SetName("mesh_requests_total")
	requests.SetUnit("{request}")
	requests.SetEmptySum().SetIsMonotonic(true)
	requests.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := from; i < to; i++ {
		p := requests.Sum().DataPoints().AppendEmpty()
		meshAttributes(p.Attributes(), i)
		p.SetTimestamp(1700000000_000_000_000)
		p.SetStartTimestamp(1600000000_000_000_000)
		p.SetIntValue(int64(i) * 17)
	}
	for _, name := range []string{"mesh_request_duration_milliseconds", "mesh_request_bytes", "mesh_response_bytes"} {
		m := metrics.AppendEmpty()
		m.SetName(name)
		m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := from; i < to; i++ {
			p := m.Histogram().DataPoints().AppendEmpty()
			meshAttributes(p.Attributes(), i)
			p.SetTimestamp(1700000000_000_000_000)
			p.SetStartTimestamp(1600000000_000_000_000)
			p.SetSum(float64(i) * 1.25)
			for b := range meshBounds {
				p.ExplicitBounds().Append(float64(b) * 2.5)
				p.BucketCounts().Append(uint64(i % (b + 1)))
			}
			p.BucketCounts().Append(3)
			p.SetCount(uint64(i))
		}
	}
	return md
}

func meshAttributes(dst pcommon.Map, set int) {
	dst.EnsureCapacity(meshLabels)
	for i := range meshLabels {
		switch i {
		case 3:
			dst.PutStr("source_workload", fmt.Sprintf("workload-%d-of-a-shop", set/50))
		case 7:
			dst.PutStr("destination_service", fmt.Sprintf("service-%d.shop.svc.cluster.local", set%50))
		default:
			dst.PutStr(fmt.Sprintf("label_of_the_mesh_%02d", i), fmt.Sprintf("value-%d", i*i))
		}
	}
}
