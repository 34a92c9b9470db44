// SPDX-License-Identifier: Apache-2.0

package reader

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestMissingLabels(t *testing.T) {
	for name, tc := range map[string]struct {
		scope, record map[string]any
		want          Missing
	}{
		"nothing":            {nil, nil, Missing{}},
		"host":               {nil, map[string]any{"destination_host": nil}, Missing{Host: 1}},
		"address":            {nil, map[string]any{"destination_ip": nil}, Missing{Address: 1}},
		"both":               {nil, map[string]any{"destination_host": nil, "destination_ip": nil}, Missing{1, 1}},
		"a network":          {nil, map[string]any{"destination_ip": nil, "destination_network": "office"}, Missing{}},
		"to a ServiceEntry":  {map[string]any{"destination_service_name": "api.example.com"}, map[string]any{"destination_host": nil, "destination_ip": nil}, Missing{}},
		"looked up by Envoy": {map[string]any{"destination_service_name": contract.AllowAnyDynamicDNSCluster}, map[string]any{"destination_ip": nil}, Missing{}},
		"in the mesh":        {map[string]any{contract.AttrTraffic: nil}, map[string]any{"destination_host": nil}, Missing{}},
	} {
		t.Run(name, func(t *testing.T) {
			var r Reader
			r.Read(logs(t, ofScope(tc.scope), ofRecord(tc.record)), now)
			assert.Equal(t, tc.want, r.Missing)
			r.Release()
			assert.Zero(t, r.Missing)
		})
	}
}

func TestProxies(t *testing.T) {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	require.NoError(t, sl.Scope().Attributes().FromRaw(ofScope(nil)))
	for _, proxy := range []any{"web-0.shop", "web-0.shop", nil, "web-1.shop", "web-0.shop", "\xff"} {
		require.NoError(t, sl.LogRecords().AppendEmpty().Attributes().FromRaw(ofRecord(map[string]any{contract.AttrProxy: proxy})))
	}
	var r Reader
	r.Read(ld, now)
	assert.Equal(t, []string{"web-0.shop", "web-1.shop", "web-0.shop", contract.CleanValue("\xff")}, r.Proxies)
	r.Release()
	assert.Empty(t, r.Proxies)
}
