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

func BenchmarkAdd(b *testing.B) {
	plain := options
	plain.MaxRows = 20_000
	for _, test := range []struct {
		name    string
		options Options
		saving  bool
	}{
		{"rows", plain, false},
		{"saved", plain, true},
		{"metrics", withMetrics(20_000), false},
		{"metrics,saved", withMetrics(20_000), true},
	} {
		b.Run(test.name, func(b *testing.B) {
			l := New(test.options)
			if test.saving {
				l.StartSaving(noon)
				if test.options.Metrics != nil {
					test.options.Metrics.State.StartSaving()
				}
			}
			all := make([]*Observation, 10_000)
			for i := range all {
				all[i] = connection("n"+strconv.Itoa(i%20), "workload-"+strconv.Itoa(i%200), "host-"+strconv.Itoa(i)+".example.com")
				l.Add(all[i], nil)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				l.Add(all[i%len(all)], nil)
				i++
			}
		})
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
