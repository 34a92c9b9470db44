package istiolabelsprocessor

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// written sends one record through and returns the attributes of its scope and of
// itself.
func (p *testProcessor) written(t *testing.T, ld plog.Logs) (scope, record pcommon.Map) {
	t.Helper()
	for _, sl := range p.process(t, ld).ResourceLogs().At(0).ScopeLogs().All() {
		if sl.LogRecords().Len() > 0 {
			return sl.Scope().Attributes(), sl.LogRecords().At(0).Attributes()
		}
	}
	require.Fail(t, "no record left")
	return scope, record
}

// slotIn reads the slot of a label's value.
func slotIn(t *testing.T, m pcommon.Map, label string) (slot uint32, term uint64) {
	t.Helper()
	v, ok := m.Get(contract.SlotPrefix + label)
	require.True(t, ok, label)
	slot, term, ok = contract.UnpackSlot(v.Int())
	require.True(t, ok, label)
	return slot, term
}

// Slots stand where the values stand, with the incarnation.
func TestSlotsStandBesideValues(t *testing.T) {
	const service, ip, host = "destination_service", "destination_ip", "destination_host"
	for _, labelsOn := range []string{"scope", "record"} {
		p := newTest(t, map[string]any{
			"labels_on": labelsOn, "destination_ip": map[string]any{"enabled": "on"}, "destination_host": map[string]any{"enabled": "on"},
		})
		scope, record := p.written(t, textLogs(linePassthrough))
		labels := map[string]pcommon.Map{"scope": scope, "record": record}[labelsOn]
		slot, term := slotIn(t, labels, service)
		assert.EqualValues(t, 1, term)
		for _, label := range []string{ip, host} {
			_, term := slotIn(t, record, label)
			assert.EqualValues(t, 1, term)
		}
		run, _ := labels.Get(contract.AttrIncarnation)
		assert.NotEmpty(t, run.Str())

		// The same again, and another one.
		scope, record = p.written(t, textLogs(linePassthrough))
		labels = map[string]pcommon.Map{"scope": scope, "record": record}[labelsOn]
		again, term := slotIn(t, labels, service)
		assert.Equal(t, slot, again)
		assert.EqualValues(t, 1, term)
		same, _ := labels.Get(contract.AttrIncarnation)
		assert.Equal(t, run.Str(), same.Str())
		scope, record = p.written(t, textLogs(toHost("other.example")))
		labels = map[string]pcommon.Map{"scope": scope, "record": record}[labelsOn]
		another, _ := slotIn(t, labels, service)
		assert.NotEqual(t, slot, another)

		scope, record = newTest(t, map[string]any{"labels_on": labelsOn}).written(t, textLogs(linePassthrough))
		labels = map[string]pcommon.Map{"scope": scope, "record": record}[labelsOn]
		other, _ := labels.Get(contract.AttrIncarnation)
		assert.NotEqual(t, run.Str(), other.Str(), "each start is another incarnation")
	}
}

// A slot that is given to another value has a higher term.
func TestTermsGrow(t *testing.T) {
	p := newTest(t, map[string]any{
		"destination_ip": map[string]any{"enabled": "on"},
		"limits":         map[string]any{"destination_ip": map[string]any{"limit": 1, "idle_timeout": "1s", "roll_up": map[string]any{"share": 0}}},
	})
	line := func(n int) plog.Logs { return textLogs(toAddress(lineTCP, n)) }
	_, record := p.written(t, line(1))
	slot, first := slotIn(t, record, "destination_ip")
	_, record = p.written(t, line(2))
	_, has := record.Get(contract.SlotPrefix + "destination_ip")
	assert.False(t, has, "`other` needs no slot")
	require.Eventually(t, func() bool {
		_, record = p.written(t, line(2))
		_, has := record.Get(contract.SlotPrefix + "destination_ip")
		return has
	}, 30*time.Second, 100*time.Millisecond, fmt.Sprint("the first stays away"))
	same, term := slotIn(t, record, "destination_ip")
	assert.Equal(t, slot, same)
	assert.Equal(t, first+1, term)
}
