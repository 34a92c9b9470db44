// SPDX-License-Identifier: Apache-2.0

package istioegressconnector

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// That a workload uses many ports of a destination is told once, as an event of its own,
// also if it uses all of them in one second.
func TestOtherPortsAreTold(t *testing.T) {
	synctest.Test(t, testOtherPortsAreTold)
}

func testOtherPortsAreTold(t *testing.T) {
	sink := new(consumertest.LogsSink)
	g := newGateway(t, testConfig(), outputs{logs: sink}).start()
	for i := range egress.MaxPorts + 10 {
		ld := request(webToAPI)
		ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutInt(contract.AttrDestinationPort, int64(1000+i))
		g.consume(ld)
	}
	g.stop()
	var told []plog.LogRecord
	for _, ld := range sink.AllLogs() {
		for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			if lr.EventName() == eventOtherPorts {
				told = append(told, lr)
			}
		}
	}
	require.Len(t, told, 1)
	destination, _ := told[0].Attributes().Get(attrServerAddress)
	assert.Equal(t, "api.example.com", destination.Str())
	_, hasPort := told[0].Attributes().Get(attrServerPort)
	assert.False(t, hasPort)
}
