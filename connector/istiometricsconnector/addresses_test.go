// SPDX-License-Identifier: Apache-2.0

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
// one leaves under the label that it came with, and ends with its slot if it has one.
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
	send := func(address string, term uint64) {
		ld := tcpLogs("a", 1)
		sl := ld.ResourceLogs().At(0).ScopeLogs().At(0)
		sl.Scope().Attributes().PutStr(contract.AttrIncarnation, "run")
		attrs := sl.LogRecords().At(0).Attributes()
		attrs.Remove(contract.DestinationIP.String())
		attrs.PutStr(label.String(), address)
		attrs.PutInt(contract.SlotPrefix+label.String(), contract.PackSlot(1, term))
		require.NoError(t, c.ConsumeLogs(t.Context(), ld))
	}
	send("x", 1)
	points := closedPoints(pass(next, 10*time.Second)...)
	require.Len(t, points, 1)
	for _, l := range contract.AddressLabels {
		_, found := points[0].Attributes().Get(l.String())
		assert.Equal(t, l == label, found, l)
	}
	send("y", 2)
	points = closedPoints(pass(next, 10*time.Second)...)
	require.Len(t, points, 2)
	assert.Equal(t, label != contract.DestinationNetwork, points[0].Flags().NoRecordedValue(), "the user names networks, and they need no slot")
}
