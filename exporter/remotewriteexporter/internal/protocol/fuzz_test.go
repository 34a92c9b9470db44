// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// FuzzEncode: whatever the metrics are, requests can be read, labels are sorted
// and differ, and each point is sent or reported.
func FuzzEncode(f *testing.F) {
	marshal := func(md pmetric.Metrics) {
		b, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
		require.NoError(f, err)
		f.Add(b)
	}
	marshal(meshMetrics(0, 1))
	md, m := one()
	m.SetName("h")
	m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := m.ExponentialHistogram().DataPoints().AppendEmpty()
	p.Positive().SetOffset(3)
	p.Positive().BucketCounts().FromRaw([]uint64{1, 0, 0, 0, 5})
	p.SetCount(6)
	p.Exemplars().AppendEmpty().SetTraceID([16]byte{1})
	m = md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	m.SetName("s")
	q := m.SetEmptySummary().DataPoints().AppendEmpty()
	q.Attributes().PutStr("le", "1")
	q.QuantileValues().AppendEmpty().SetQuantile(0.5)
	marshal(md)

	f.Fuzz(func(t *testing.T, data []byte) {
		md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(data)
		if err != nil {
			return
		}
		var counts [2]Counts
		for i, v := range versions {
			e, err := NewEncoder(Settings{Version: v, Shards: 2, MaxRequestBytes: 1000, MaxCacheBytes: 1000})
			require.NoError(t, err)
			flush, report := e.Encode(md)
			for _, requests := range flush.Shards {
				for _, r := range requests {
					counts[i].Add(r.Counts)
					for _, s := range decode(t, v, r) {
						requireLabels(t, s.Labels)
					}
				}
			}
			require.Equal(t, md.DataPointCount()+untyped(md), counts[i].Points+report.Points())
			if report.Points() == 0 && md.DataPointCount() > 0 {
				require.Positive(t, counts[i].Samples+counts[i].Histograms)
			}
			again, _ := e.Encode(md)
			require.Len(t, again.Shards, len(flush.Shards))
		}
		require.Equal(t, counts[0], counts[1])
	})
}

// untyped counts the metrics that have no type, and so no points: each is
// reported once.
func untyped(md pmetric.Metrics) (n int) {
	for _, rm := range md.ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				if m.Type() == pmetric.MetricTypeEmpty {
					n++
				}
			}
		}
	}
	return n
}

// requireLabels: labels have a name each, which is above the one before.
func requireLabels(t *testing.T, labels string) {
	t.Helper()
	var names []string
	for rest := strings.Trim(labels, "{}"); rest != ""; {
		name, value, ok := strings.Cut(rest, `="`)
		require.True(t, ok, labels)
		names = append(names, name)
		end := 0
		for value[end] != '"' {
			if value[end] == '\\' {
				end++
			}
			end++
		}
		rest = strings.TrimPrefix(value[end+1:], ", ")
	}
	require.Contains(t, names, "__name__")
	require.True(t, slices.IsSorted(names), labels)
	require.Len(t, slices.Compact(names), len(names), labels)
}
