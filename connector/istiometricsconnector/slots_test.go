// SPDX-License-Identifier: Apache-2.0

package istiometricsconnector

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// destination is where a connection went, with the terms of its values: each has a
// slot of its own number.
type destination struct {
	ip          string
	ipSlot      uint32
	ipTerm      uint64
	service     string
	serviceSlot uint32
	serviceTerm uint64
	incarnation string
}

// boundedLogs holds the end of a connection to each destination.
func boundedLogs(destinations ...destination) plog.Logs {
	ld := plog.NewLogs()
	for _, d := range destinations {
		tcpLogs("a", 1).ResourceLogs().MoveAndAppendTo(ld.ResourceLogs())
		sl := ld.ResourceLogs().At(ld.ResourceLogs().Len() - 1).ScopeLogs().At(0)
		scope, record := sl.Scope().Attributes(), sl.LogRecords().At(0).Attributes()
		scope.PutStr(contract.AttrIncarnation, "run-"+d.incarnation)
		scope.PutStr("destination_service", d.service)
		if d.serviceTerm > 0 {
			scope.PutInt(contract.SlotPrefix+"destination_service", contract.PackSlot(d.serviceSlot, d.serviceTerm))
		}
		record.PutStr("destination_ip", d.ip)
		record.PutInt(contract.SlotPrefix+"destination_ip", contract.PackSlot(d.ipSlot, d.ipTerm))
	}
	return ld
}

// live lists the destinations of counters of closed connections, by whether they
// ended.
func liveAndEnded(points []pmetric.NumberDataPoint) (live, ended []string) {
	for _, p := range points {
		ip, _ := p.Attributes().Get("destination_ip")
		service, _ := p.Attributes().Get("destination_service")
		name := ip.Str() + " " + service.Str()
		if p.Flags().NoRecordedValue() {
			ended = append(ended, name)
		} else {
			live = append(live, name)
		}
	}
	return live, ended
}

// Values whose slots were given to others end, after their last counts.
func TestValuesThatLostTheirSlotsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, tel, next := idling(t)
		a1 := destination{ip: "192.0.2.1", ipSlot: 1, ipTerm: 1, service: "a.example", serviceSlot: 1, serviceTerm: 1}
		a2 := destination{ip: "192.0.2.2", ipSlot: 2, ipTerm: 1, service: "a.example", serviceSlot: 1, serviceTerm: 1}
		b2 := destination{ip: "192.0.2.2", ipSlot: 2, ipTerm: 1, service: "b.example", serviceSlot: 2, serviceTerm: 1}
		for range 3 {
			require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(a1, a2, b2)))
		}
		// One takes the slot of the first address, and one that of the second service.
		a3 := destination{ip: "192.0.2.3", ipSlot: 1, ipTerm: 2, service: "a.example", serviceSlot: 1, serviceTerm: 1}
		c2 := destination{ip: "192.0.2.2", ipSlot: 2, ipTerm: 1, service: "c.example", serviceSlot: 2, serviceTerm: 2}
		require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(a3, c2)))

		points := closedPoints(pass(next, 10*time.Second)...)
		require.Len(t, points, 5)
		for _, p := range points {
			assert.False(t, p.Flags().NoRecordedValue(), "the last count goes out first")
		}
		live, ended := liveAndEnded(closedPoints(pass(next, 10*time.Second)...))
		assert.ElementsMatch(t, []string{"192.0.2.2 a.example", "192.0.2.3 a.example", "192.0.2.2 c.example"}, live)
		assert.ElementsMatch(t, []string{"192.0.2.1 a.example", "192.0.2.2 b.example"}, ended)
		metadatatest.AssertEqualConnectorIstioMetricsEndedAddresses(t, tel, []metricdata.DataPoint[int64]{{Value: 2, Attributes: attributeSet("cause", "slot_lost")}}, metricdatatest.IgnoreTimestamp())
		metadatatest.AssertEqualConnectorIstioMetricsEndedLabelSets(t, tel, []metricdata.DataPoint[int64]{{Value: 1, Attributes: attributeSet("cause", "slot_lost")}}, metricdatatest.IgnoreTimestamp())
	})
}

// An end that the next component refuses is sent again.
func TestRefusedEndOfALostValueIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(destination{ip: "192.0.2.1", ipSlot: 1, ipTerm: 1})))
		pass(next, 10*time.Second)
		require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(destination{ip: "192.0.2.2", ipSlot: 1, ipTerm: 2})))
		next.fail(errRefused)
		pass(next, 10*time.Second)
		next.fail(nil)
		_, ended := liveAndEnded(closedPoints(pass(next, 10*time.Second)...))
		assert.Equal(t, []string{"192.0.2.1 "}, ended)
		live, ended := liveAndEnded(closedPoints(pass(next, 10*time.Second)...))
		assert.Equal(t, []string{"192.0.2.2 "}, live)
		assert.Empty(t, ended)
	})
}

// A processor that was replaced by another one leaves nothing after five minutes.
func TestValuesOfAProcessorThatIsGoneEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig()
		cfg.FlushInterval = 10 * time.Second
		next := new(fallible)
		c, tel := newTestConnector(t, cfg, next)
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
		time.Sleep(time.Nanosecond)
		require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(
			destination{incarnation: "old", ip: "192.0.2.1", ipSlot: 1, ipTerm: 1},
			destination{incarnation: "old", ip: "192.0.2.2", ipSlot: 2, ipTerm: 1})))
		var ended []string
		lasted := time.Duration(0)
		for ; len(ended) == 0; lasted += 10 * time.Second {
			require.Less(t, lasted, 10*time.Minute)
			require.NoError(t, c.ConsumeLogs(t.Context(), boundedLogs(destination{incarnation: "new", ip: "192.0.2.2", ipSlot: 1, ipTerm: 1})))
			var live []string
			live, ended = liveAndEnded(closedPoints(pass(next, 10*time.Second)...))
			assert.Contains(t, live, "192.0.2.2 ", "the new one speaks of it")
		}
		assert.Equal(t, []string{"192.0.2.1 "}, ended)
		assert.InDelta(t, 5*time.Minute, lasted, float64(20*time.Second))
		metadatatest.AssertEqualConnectorIstioMetricsEndedAddresses(t, tel, []metricdata.DataPoint[int64]{{Value: 1, Attributes: attributeSet("cause", "processor_gone")}}, metricdatatest.IgnoreTimestamp())
	})
}

// Flushes run while requests come in whose values take slots from one another.
func TestConcurrentEnds(t *testing.T) {
	cfg := testConfig()
	cfg.FlushInterval, cfg.SeriesIdleTimeout = time.Millisecond, 2*time.Millisecond
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, cfg, sink)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	ctx := context.WithoutCancel(t.Context())
	var wg sync.WaitGroup
	for s := range 4 {
		wg.Go(func() {
			for r := range 100 {
				assert.NoError(t, c.ConsumeLogs(ctx, boundedLogs(destination{
					ip: "192.0.2." + strconv.Itoa(r%7), ipSlot: uint32(r % 3), ipTerm: uint64(1 + r),
					service: strconv.Itoa(s), serviceSlot: uint32(s % 2), serviceTerm: uint64(1 + r/10),
				})))
			}
		})
	}
	wg.Wait()
	require.NoError(t, c.Shutdown(t.Context()))
	last := map[string]int64{}
	for _, p := range closedPoints(sink.AllMetrics()...) {
		ip, _ := p.Attributes().Get("destination_ip")
		service, _ := p.Attributes().Get("destination_service")
		life := ip.Str() + service.Str() + p.StartTimestamp().String()
		if !p.Flags().NoRecordedValue() {
			assert.LessOrEqual(t, last[life], p.IntValue(), life)
			last[life] = p.IntValue()
		}
	}
	total := int64(0)
	for _, value := range last {
		total += value
	}
	assert.EqualValues(t, 400, total)
}
