// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"runtime"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
)

// FuzzALSMessage sends any bytes as a message to a server, between two good
// messages of the same stream and beside one of another proxy. All three count,
// every string is UTF-8, and memory is taken within bounds.
func FuzzALSMessage(f *testing.F) {
	entry := marshal(f, &accesslogv3.HTTPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{RouteName: "VALID", StreamId: "1"}})
	f.Add(rawMessage(2, entry))
	f.Add(rawMessage(3, bytes.Replace(entry, []byte("VALID"), []byte("\xff\xfe\xfd\xfc\xfb"), 1)))
	f.Add(append(field(1, field(1, field(1, []byte("node")))), rawMessage(2, entry, nil, []byte{0x0a})...))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(bytes.Repeat([]byte{0x12, 0x02, 0x0a, 0x00}, 1000))
	for _, mesh := range meshes {
		f.Add(marshal(f, readCapture(f, mesh)[0].Message))
	}
	sink := new(consumertest.LogsSink)
	r, tel, fuzzed := startReceiver(f, testConfig(), sink)
	beside := connect(f, r)
	f.Fuzz(func(t *testing.T, raw []byte) {
		sink.Reset()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		stream := openRaw(t, fuzzed)
		for _, m := range [][]byte{marshal(t, testMessage("a", "good record")), raw, marshal(t, testMessage("a", "good record"))} {
			require.NoError(t, stream.SendMsg(m))
		}
		other := openStream(t, beside)
		require.NoError(t, other.Send(testMessage("b", "good record")))
		_, err := other.CloseAndRecv()
		require.NoError(t, err)
		require.NoError(t, stream.CloseSend())
		require.NoError(t, ignoreEOF(stream.RecvMsg(nil)))
		requireUTF8(t, sink.AllLogs())
		assert.GreaterOrEqual(t, countRoute(sink.AllLogs(), "good record"), 3)
		// Records of empty entries are what costs most: 4 KiB for 2 bytes.
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20+4<<10*len(raw)))
		assert.LessOrEqual(t, value(t, tel, "otelcol_receiver_envoy_access_log_pairing_bytes"), int64(defaultMaxMemoryMiB<<20))
	})
}

// countRoute counts the records with this route.
func countRoute(all []plog.Logs, route string) (n int) {
	for _, ld := range all {
		for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			if v, ok := lr.Attributes().Get("route_name"); ok && v.Str() == route {
				n++
			}
		}
	}
	return n
}
