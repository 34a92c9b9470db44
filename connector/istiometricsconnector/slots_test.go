package istiometricsconnector

import (
	"context"
	"slices"
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
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// fakeSlots is a processor's side of contract.Slots.
type fakeSlots struct {
	mu      sync.Mutex
	watches int
	resting []contract.Resting
}

func (s *fakeSlots) Watch() contract.SlotWatch {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches++
	return s
}

func (s *fakeSlots) Resting(dst []contract.Resting) []contract.Resting {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append(dst, s.resting...)
}

func (s *fakeSlots) Ended(ended []contract.Resting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resting = slices.DeleteFunc(s.resting, func(r contract.Resting) bool { return slices.Contains(ended, r) })
}

func (s *fakeSlots) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches--
}

func (s *fakeSlots) rest(label, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resting = append(s.resting, contract.Resting{Label: label, Value: value, Turn: uint64(len(s.resting))})
}

func (s *fakeSlots) state() (watches, resting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watches, len(s.resting)
}

func TestValuesThatRestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, tel, next := idling(t)
		slots := new(fakeSlots)
		ctx := contract.WithSlots(t.Context(), slots)
		for range 3 {
			require.NoError(t, c.ConsumeLogs(ctx, boundedLogs("192.0.2.1", "a.example", "192.0.2.2", "a.example", "192.0.2.2", "b.example")))
		}
		watches, _ := slots.state()
		assert.Equal(t, 1, watches, "once for all requests")
		slots.rest("destination_ip", "192.0.2.1")
		slots.rest("destination_service", "b.example")
		slots.rest("source_app", "a") // not bounded
		slots.rest("destination_ip", "192.0.2.9")

		points := closedPoints(pass(next, 10*time.Second)...)
		require.Len(t, points, 3)
		for _, p := range points {
			assert.EqualValues(t, 3, p.IntValue(), "the last count goes out first")
		}
		_, resting := slots.state()
		assert.Equal(t, 2, resting, "of two values there are no series")

		points = closedPoints(pass(next, 10*time.Second)...)
		require.Len(t, points, 3)
		for _, p := range points {
			ip, _ := p.Attributes().Get("destination_ip")
			service, _ := p.Attributes().Get("destination_service")
			assert.Equal(t, ip.Str() == "192.0.2.1" || service.Str() == "b.example", p.Flags().NoRecordedValue())
		}
		_, resting = slots.state()
		assert.Zero(t, resting)
		points = closedPoints(pass(next, 10*time.Second)...)
		assert.Len(t, points, 1)
		metadatatest.AssertEqualConnectorIstioMetricsEndedAddresses(t, tel, []metricdata.DataPoint[int64]{{Value: 2, Attributes: attributeSet("cause", "slot_lost")}}, metricdatatest.IgnoreTimestamp())
		metadatatest.AssertEqualConnectorIstioMetricsEndedLabelSets(t, tel, []metricdata.DataPoint[int64]{{Value: 1, Attributes: attributeSet("cause", "slot_lost")}}, metricdatatest.IgnoreTimestamp())

		require.NoError(t, c.Shutdown(t.Context()))
		watches, _ = slots.state()
		assert.Zero(t, watches)
		require.NoError(t, c.ConsumeLogs(ctx, tcpLogs("a", 1)))
		watches, _ = slots.state()
		assert.Zero(t, watches, "nothing watches after the end")
	})
}

func TestSlotsWaitUntilAnEndIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, next := idling(t)
		slots := new(fakeSlots)
		require.NoError(t, c.ConsumeLogs(contract.WithSlots(t.Context(), slots), tcpLogs("a", 1)))
		pass(next, 10*time.Second)
		slots.rest("destination_ip", "192.0.2.1")
		next.fail(errRefused)
		pass(next, 10*time.Second)
		_, resting := slots.state()
		assert.Equal(t, 1, resting)
		next.fail(nil)
		assert.True(t, closedPoints(pass(next, 10*time.Second)...)[0].Flags().NoRecordedValue())
		_, resting = slots.state()
		assert.Zero(t, resting)
	})
}

func TestWatchesAreBounded(t *testing.T) {
	c, _ := newTestConnector(t, testConfig(), consumertest.NewNop())
	all := make([]fakeSlots, 2*maxWatches)
	for i := range all {
		require.NoError(t, c.ConsumeLogs(contract.WithSlots(t.Context(), &all[i]), plog.NewLogs()))
	}
	watches := 0
	for i := range all {
		n, _ := all[i].state()
		watches += n
	}
	assert.Equal(t, maxWatches, watches)
}

// boundedLogs holds the ends of connections, each to the next address and
// service, whose destination_service the processor bounds.
func boundedLogs(destinations ...string) plog.Logs {
	ld := plog.NewLogs()
	for d := range slices.Chunk(destinations, 2) {
		tcpLogs("a", 1).ResourceLogs().MoveAndAppendTo(ld.ResourceLogs())
		sl := ld.ResourceLogs().At(ld.ResourceLogs().Len() - 1).ScopeLogs().At(0)
		sl.Scope().Attributes().PutStr("destination_service", d[1])
		sl.Scope().Attributes().PutInt(contract.SlotPrefix+"destination_service", contract.PackSlot(0, 1))
		sl.LogRecords().At(0).Attributes().PutStr("destination_ip", d[0])
	}
	return ld
}

// A flush runs while requests with slots come in and values rest.
func TestConcurrentEnds(t *testing.T) {
	cfg := testConfig()
	cfg.FlushInterval, cfg.SeriesIdleTimeout = time.Millisecond, 2*time.Millisecond
	sink := new(consumertest.MetricsSink)
	c, _ := newTestConnector(t, cfg, sink)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	slots := new(fakeSlots)
	ctx := contract.WithSlots(context.WithoutCancel(t.Context()), slots)
	var wg sync.WaitGroup
	for s := range 4 {
		wg.Go(func() {
			for r := range 100 {
				slots.rest("destination_ip", "192.0.2."+strconv.Itoa(r%5))
				assert.NoError(t, c.ConsumeLogs(ctx, boundedLogs("192.0.2."+strconv.Itoa(r%7), strconv.Itoa(s))))
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
