// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// withMetrics are options of a ledger whose rows have metrics.
func withMetrics(maxRows int) Options {
	o := options
	o.MaxRows = maxRows
	o.Metrics = rowmetrics.New(aggregate.New(rowmetrics.Options(), noon))
	return o
}

// BenchmarkAdd adds to rows that are there: to a few again and again, as nearly all
// traffic does, and to so many that none is in the processor's cache.
func BenchmarkAdd(b *testing.B) {
	for _, rows := range []int{100, 10_000} {
		for _, test := range []struct {
			name            string
			metrics, saving bool
		}{
			{"rows", false, false},
			{"saved", false, true},
			{"metrics", true, false},
			{"metrics,saved", true, true},
		} {
			b.Run(strconv.Itoa(rows)+"/"+test.name, func(b *testing.B) {
				o := withMetrics(20_000)
				if !test.metrics {
					o.Metrics = nil
				}
				l := New(o)
				if test.saving {
					l.StartSaving(noon)
				}
				benchmarkAdd(b, l, rows)
			})
		}
	}
}

func benchmarkAdd(b *testing.B, l *Ledger, rows int) {
	const perRequest = 10
	all := make([]*Observation, rows)
	for i := range all {
		workload := i / perRequest % 200
		all[i] = connection("n"+strconv.Itoa(workload/20), "workload-"+strconv.Itoa(workload), "host-"+strconv.Itoa(i)+".example.com")
		l.Add(all[i], nil)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		l.Add(all[i%rows], nil)
		i++
	}
}

// full is a ledger in which each place is taken.
func full(o Options) *Ledger {
	l := New(o)
	l.StartSaving(noon)
	for i := 0; l.Stats().Overflow == 0; i++ {
		for w := range 400 {
			c := connection("namespace-"+strconv.Itoa(w/20), "workload-"+strconv.Itoa(w), "host-"+strconv.Itoa(i)+".example.com")
			c.Address = "203.0.113." + strconv.Itoa(i)
			l.Add(c, nil)
		}
	}
	return l
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemory holds the README's figure for 20 000 rows, with metrics and a storage.
func TestMemory(t *testing.T) {
	empty := heap()
	o := withMetrics(20_000)
	o.Metrics.State.StartSaving()
	l := full(o)
	used := heap() - empty
	t.Logf("%d rows take %d KiB", l.Stats().Rows, used>>10)
	assert.Greater(t, l.Stats().Rows, 17_000)
	assert.Less(t, used, int64(30<<20))
	runtime.KeepAlive(l)
}

func BenchmarkRows(b *testing.B) {
	l := full(withMetrics(20_000))
	b.ReportAllocs()
	var rows []egress.Row
	for b.Loop() {
		rows = l.Rows()
	}
	b.ReportMetric(float64(len(rows)), "rows")
}
