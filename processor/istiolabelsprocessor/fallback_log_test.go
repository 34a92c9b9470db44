// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.uber.org/zap"
	zapobserver "go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// Of each label it is said at most once a minute that values have no slot, with
// the workload that sent them.
func TestFallbacksAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := zapobserver.New(zap.WarnLevel)
		set := processortest.NewNopSettings(metadata.Type)
		set.Logger = zap.New(core)
		cfg := createDefaultConfig().(*Config)
		cfg.DestinationIP.Enabled = true
		p, err := createLogs(t.Context(), set, cfg, consumertest.NewNop())
		require.NoError(t, err)
		send := func() {
			for n := range 2000 {
				require.NoError(t, p.ConsumeLogs(t.Context(), attributeLogs(t, recommended(map[string]any{
					"authority": fmt.Sprintf("h%d.example", n), "upstream_host": fmt.Sprintf("10.0.%d.%d:80", n/256, n%256),
					"workload_name": "flood", "namespace": "default",
				}))))
				require.NoError(t, p.ConsumeLogs(t.Context(), attributeLogs(t, inbound(with(withoutAny, clientCalled(n))))))
			}
		}
		send()
		said := map[any]any{}
		for _, entry := range logs.All() {
			said[entry.ContextMap()["label"]] = entry.ContextMap()["workload"]
		}
		assert.Equal(t, map[any]any{"destination_ip": "default/flood", "destination_service": "default/flood", "claimed_peer": "foo/httpbin"}, said)
		assert.Equal(t, 3, logs.Len())
		time.Sleep(time.Minute)
		send()
		assert.Equal(t, 6, logs.Len())
		require.NoError(t, p.Shutdown(t.Context()))
	})
}
