package istiometricsconnector

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Addresses are told apart by their place in contract.AddressLabels all the way:
// one leaves under the label that it came with, and ends with it.
func TestAddressLabels(t *testing.T) {
	for l := range contract.NumLabels {
		assert.Equal(t, slices.Contains(contract.AddressLabels[:], l), l.IsAddress(), l)
	}
	for _, label := range contract.AddressLabels {
		t.Run(label.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testAddressLabel(t, label) })
		})
	}
}

func testAddressLabel(t *testing.T, label contract.Label) {
	t.Helper()
	c, _, next := idling(t)
	slots := new(fakeSlots)
	ld := tcpLogs("a", 1)
	attrs := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
	attrs.Remove(contract.DestinationIP.String())
	attrs.PutStr(label.String(), "x")
	require.NoError(t, c.ConsumeLogs(contract.WithSlots(t.Context(), slots), ld))
	points := closedPoints(pass(next, 10*time.Second)...)
	require.Len(t, points, 1)
	for _, l := range contract.AddressLabels {
		_, found := points[0].Attributes().Get(l.String())
		assert.Equal(t, l == label, found, l)
	}
	slots.rest(label.String(), "x")
	points = closedPoints(pass(next, 10*time.Second)...)
	require.Len(t, points, 1)
	assert.True(t, points[0].Flags().NoRecordedValue())
}
