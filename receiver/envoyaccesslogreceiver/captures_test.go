// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

// TestCapturesThreeSetUps replays what real proxies sent with both providers,
// and with each of the two alone: each event counts once, with the same labels
// and numbers, but for what a request lacks if the logger for TCP tells it.
func TestCapturesThreeSetUps(t *testing.T) {
	for _, mesh := range meshes {
		t.Run(mesh, func(t *testing.T) {
			all := readCapture(t, mesh)
			events := countEntries(ofKind(all, entry.HTTP))
			require.Equal(t, 2*events, countEntries(all), "everything came twice")

			both := label(t, nil, receive(t, als.KeepAuto, all))
			http := label(t, nil, receive(t, als.KeepAuto, ofKind(all, entry.HTTP)))
			tcp := label(t, nil, receive(t, als.KeepAuto, ofKind(all, entry.TCP)))
			assert.Len(t, both, events)
			assert.Equal(t, http, both)
			assert.Equal(t, slices.Sorted(maps.Keys(http)), slices.Sorted(maps.Keys(tcp)))
			for event, want := range http {
				compareTCP(t, event, want, tcp[event])
			}

			native := label(t, nil, receive(t, als.KeepNative, all))
			assert.Equal(t, both, native)
			assert.Len(t, label(t, nil, receive(t, als.KeepAll, all)), 2*events)
		})
	}
}

// compareTCP checks what the logger for TCP says of an event against what the
// logger for HTTP says.
func compareTCP(t *testing.T, event string, want, got map[string]string) {
	t.Helper()
	for name, value := range want {
		if got[name] == value {
			continue
		}
		assert.Equal(t, string(contract.VerdictHTTP), want[contract.AttrVerdict], "%s %s", event, name)
		switch name {
		case contract.ResponseCode.String():
			assert.Equal(t, "unknown", got[name], event)
		case contract.RequestProtocol.String():
			assert.Equal(t, [2]string{"grpc", "http"}, [2]string{value, got[name]}, "%s: it has no path", event)
		case contract.DestinationService.String(), contract.DestinationServiceName.String():
			assert.Contains(t, []string{"unknown", "BlackHoleCluster"}, got[name], event)
		default:
			assert.Fail(t, "differs", "%s: %s is %q, not %q", event, name, got[name], value)
		}
	}
}

// receive gives the records that a receiver makes of messages.
func receive(t *testing.T, keep als.Keep, messages []captured) []plog.Logs {
	t.Helper()
	cfg := testConfig()
	cfg.Entries.Keep = keep
	sink := new(consumertest.LogsSink)
	r, tel, conn := startReceiver(t, cfg, sink)
	replay(t, conn, messages)
	require.NoError(t, r.Shutdown(t.Context()))
	assert.Equal(t, int64(countEntries(messages)), value(t, tel, "otelcol_receiver_envoy_access_log_entries"), "each entry is accounted for")
	assert.Equal(t, int64(sink.LogRecordCount()), value(t, tel, "otelcol_receiver_envoy_access_log_entries", "outcome", "accepted"))
	return sink.AllLogs()
}

func countEntries(messages []captured) (n int) {
	for _, m := range messages {
		n += len(m.Message.GetHttpLogs().GetLogEntry()) + len(m.Message.GetTcpLogs().GetLogEntry())
	}
	return n
}

// TestNothingSaysNothing checks that no attribute of what real proxies sent is a
// mark of absence, except the flags of an entry that has none.
func TestNothingSaysNothing(t *testing.T) {
	for _, mesh := range meshes {
		for _, ld := range receive(t, als.KeepAll, readCapture(t, mesh)) {
			for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
				kind, _ := lr.Attributes().Get("access_log_type")
				for name, v := range lr.Attributes().All() {
					if name != "response_flags" {
						assert.NotContains(t, []string{"", "-"}, v.AsString(), name)
					}
					if name == "response_code" {
						assert.True(t, strings.HasPrefix(kind.Str(), "Downstream"), fmt.Sprint(lr.Attributes().AsRaw()))
					}
				}
			}
		}
	}
}
