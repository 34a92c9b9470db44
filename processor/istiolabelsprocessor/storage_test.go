package istiolabelsprocessor

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadatatest"
)

type extensions map[component.ID]component.Component

func (h extensions) GetExtensions() map[component.ID]component.Component { return h }

func storedSettings(instance string) map[string]any {
	return map[string]any{
		"storage": "file_storage", "instance_id": instance,
		"destination_ip":   map[string]any{"enabled": "on"},
		"destination_host": map[string]any{"enabled": "on"},
	}
}

// startStored makes a processor on a disk and starts it.
func startStored(t *testing.T, instance string, disk *storagetest.Disk) *testProcessor {
	t.Helper()
	p := newTest(t, storedSettings(instance))
	require.NoError(t, p.Start(t.Context(), extensions{component.MustNewID("file_storage"): disk}))
	return p
}

// slotsOf are the run of the processor, and the slot of each address.
func (p *testProcessor) slotsOf(t *testing.T, addresses ...string) (incarnation string, slots map[string]int64) {
	t.Helper()
	slots = map[string]int64{}
	for _, address := range addresses {
		out := p.process(t, textLogs(strings.Replace(lineTCPBlocked, "203.0.113.10", address, 1)))
		sl := out.ResourceLogs().At(0).ScopeLogs().At(0)
		of, ok := sl.Scope().Attributes().Get(contract.AttrIncarnation)
		require.True(t, ok)
		incarnation = of.Str()
		slot, ok := sl.LogRecords().At(0).Attributes().Get(contract.SlotPrefix + contract.DestinationIP.String())
		require.True(t, ok)
		slots[address] = slot.Int()
	}
	return incarnation, slots
}

func TestSlotsGoOn(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, p *testProcessor, disk *storagetest.Disk) *storagetest.Disk{
		"stop": func(t *testing.T, p *testProcessor, disk *storagetest.Disk) *storagetest.Disk {
			require.NoError(t, p.Shutdown(t.Context()))
			return disk
		},
		"crash": func(_ *testing.T, _ *testProcessor, disk *storagetest.Disk) *storagetest.Disk {
			time.Sleep(time.Second)
			return disk.Crash()
		},
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			addresses := []string{"203.0.113.1", "203.0.113.2", "203.0.113.3"}
			disk := storagetest.NewDisk()
			p := startStored(t, "gateway-0", disk)
			before, slots := p.slotsOf(t, addresses...)
			named := p.label(t, textLogs(lineBlocked))["destination_host"]
			disk = end(t, p, disk)

			p = startStored(t, "gateway-0", disk)
			after, again := p.slotsOf(t, "203.0.113.3", "203.0.113.1", "203.0.113.2")
			assert.Equal(t, before, after)
			assert.Equal(t, slots, again)
			assert.Equal(t, named, p.label(t, textLogs(lineBlocked))["destination_host"])
			_, fresh := p.slotsOf(t, "203.0.113.4")
			_, term, _ := contract.UnpackSlot(fresh["203.0.113.4"])
			assert.Greater(t, term, uint64(1), "terms that may have been given out are left out")
		}))
	}
}

// inBubble runs a test whose time is not that of the clock.
func inBubble(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

func TestSlotsOfAnotherInstance(t *testing.T) {
	disk := storagetest.NewDisk()
	p := startStored(t, "gateway-0", disk)
	before, _ := p.slotsOf(t, "203.0.113.1")
	require.NoError(t, p.Shutdown(t.Context()))
	p = startStored(t, "gateway-1", disk)
	after, _ := p.slotsOf(t, "203.0.113.1")
	assert.NotEqual(t, before, after)
	metadatatest.AssertEqualProcessorIstioLabelsStateSetAside(t, p.tel, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
}

// Each value is damaged in turn. The processor starts with nothing.
func TestSlotsThatAreDamaged(t *testing.T) {
	disk := storagetest.NewDisk()
	p := startStored(t, "gateway-0", disk)
	before, _ := p.slotsOf(t, "203.0.113.1", "203.0.113.2")
	require.NoError(t, p.Shutdown(t.Context()))
	for _, key := range disk.Keys() {
		if strings.HasSuffix(key, "version") {
			continue
		}
		t.Run(key, func(t *testing.T) {
			damaged := disk.Crash()
			damaged.Set(key, []byte("damaged"))
			p := startStored(t, "gateway-0", damaged)
			after, slots := p.slotsOf(t, "203.0.113.9")
			assert.NotEqual(t, before, after)
			number, term, _ := contract.UnpackSlot(slots["203.0.113.9"])
			assert.Equal(t, "1 1", fmt.Sprint(number, term))
		})
	}
}
