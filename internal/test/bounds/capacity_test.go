// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

// crowd is workloads each of which sends requests to the same hosts, and requests
// and connections to the same addresses, all with one outcome.
type crowd struct{ workloads, hosts, addresses int }

// perWorkload is the most series that each of them can have, where histograms
// have so many bounds.
func (c crowd) perWorkload(bounds int) (series int) {
	for _, m := range contract.SchemaIstio.Metrics() {
		switch {
		case m.Histogram:
			series += c.hosts * (bounds + 3)
		case m.Addressed:
			series += c.addresses
		default:
			series += c.hosts
		}
	}
	return series
}

// oneSource may have all slots.
var oneSource = istiolabelsprocessor.LimitConstants{MaxSourceShare: 1, RollUpShare: 0.2}

// run sends the crowd's records with the default limits, but that one source may
// have all slots, and tells what is collected of them.
func (c crowd) run(t *testing.T) (metrics []pmetric.Metrics) {
	t.Helper()
	s := &scenario{
		processor: map[string]any{"destination_ip": map[string]any{"enabled": true}},
		constants: map[string]istiolabelsprocessor.LimitConstants{ipLabel: oneSource, hostLabel: oneSource},
		connector: map[string]any{"instance_id": "test"},
	}
	synctest.Test(t, func(t *testing.T) {
		sink := new(consumertest.MetricsSink)
		p := newPipeline(t, s, sink)
		for w := range c.workloads {
			var records []record
			for n := range c.addresses {
				r := record{namespace: "shop", workload: fmt.Sprint("w", w), host: fmt.Sprintf("h%d.example", n%c.hosts), path: "/", code: "200", address: address(7*n + 2)}
				records = append(records, r)
				r.kind, r.code = tcpPassthrough, "0"
				records = append(records, r)
			}
			require.NoError(t, p.ConsumeLogs(t.Context(), request(records, false)))
		}
		p.shutdown(t)
		metrics = sink.AllMetrics()
	})
	return metrics
}

func overflows(metrics []pmetric.Metrics) bool {
	found := false
	for _, md := range metrics {
		for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			for s := range samples(m) {
				_, over := s.labels.Get("otel_metric_overflow")
				found = found || over
			}
		}
	}
	return found
}

func explicitBounds(t *testing.T, metrics []pmetric.Metrics) int {
	t.Helper()
	for _, m := range metrics[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		if m.Type() == pmetric.MetricTypeHistogram {
			return m.Histogram().DataPoints().At(0).ExplicitBounds().Len()
		}
	}
	require.Fail(t, "no histogram")
	return 0
}

// The labels' limits bite before max_series does up to some number of workloads.
func TestWorkloadsThatFit(t *testing.T) {
	limits := istiolabelsprocessor.NewFactory().CreateDefaultConfig().(*istiolabelsprocessor.Config).Limits
	maxSeries := istiometricsconnector.NewFactory().CreateDefaultConfig().(*istiometricsconnector.Config).MaxSeries
	// Networks share the slots of addresses, and are values like them: here those
	// stay away.
	ip := limits[ipLabel]
	networks := int(ip.Fixed.RollUpShare * float64(ip.Limit))
	all := crowd{hosts: limits[hostLabel].Limit, addresses: ip.Limit - networks}
	few := crowd{hosts: 10, addresses: 10}

	bounds := explicitBounds(t, crowd{1, 1, 1}.run(t))
	for _, c := range []*crowd{&all, &few} {
		// A tenth is kept for overflow series.
		c.workloads = (maxSeries - maxSeries/10) / c.perWorkload(bounds)
		assert.False(t, overflows(c.run(t)), c)
		more := *c
		more.workloads++
		assert.True(t, overflows(more.run(t)), c)
	}
	// docs/bounds.md tells these numbers.
	assert.Equal(t, []int{2, 31200}, []int{all.workloads, all.perWorkload(bounds)})
	assert.Equal(t, []int{123, 730}, []int{few.workloads, few.perWorkload(bounds)})
}
