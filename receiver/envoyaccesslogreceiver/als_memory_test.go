// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"bytes"
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// emptySANs is an entry that takes much more memory decoded than on the wire.
func emptySANs(n int) *accesslogv3.TCPAccessLogEntry {
	certificate := new(accesslogv3.TLSProperties_CertificateProperties)
	for range n {
		certificate.SubjectAltName = append(certificate.SubjectAltName, new(accesslogv3.TLSProperties_CertificateProperties_SubjectAltName))
	}
	return &accesslogv3.TCPAccessLogEntry{CommonProperties: &accesslogv3.AccessLogCommon{
		AccessLogType: accesslogv3.AccessLogType_DownstreamEnd, // of a request, so that it waits
		TlsProperties: &accesslogv3.TLSProperties{PeerCertificateProperties: certificate},
	}}
}

// fillMessage repeats an entry up to the size of a message.
func fillMessage(t *testing.T, kind protowire.Number, entry proto.Message, size int) []byte {
	t.Helper()
	raw := field(1, marshal(t, entry))
	return field(kind, bytes.Repeat(raw, size/len(raw)))
}

// The messages that took gigabytes take no more than the limits say.
func TestFloodsTakeLittleMemory(t *testing.T) {
	const size = 4<<20 - 100
	for name, test := range map[string]struct {
		message  []byte
		accepted int64 // of one message, -1 if that is open
	}{
		"empty entries":                {field(2, bytes.Repeat([]byte{0x0a, 0x00}, size/2)), 65_536},
		"entries of empty SANs":        {fillMessage(t, 3, emptySANs(1000), size), -1},
		"entries of too many SANs":     {fillMessage(t, 3, emptySANs(10_000), size), 0},
		"one entry of SANs":            {fillMessage(t, 3, emptySANs(1_900_000), size), 0},
		"empty lists of entries":       {bytes.Repeat([]byte{0x12, 0x00}, size/2), 0},
		"empty identifiers":            {bytes.Repeat([]byte{0x0a, 0x00}, size/2), 0},
		"entries of the smallest kind": {field(3, bytes.Repeat([]byte{0x0a, 0x02, 0x0a, 0x00}, size/4)), 65_536},
	} {
		t.Run(name, func(t *testing.T) {
			var most, records, largest atomic.Int64
			before := int64(heap())
			next := logsFunc(func(_ context.Context, ld plog.Logs) error {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), int64(m.HeapAlloc)-before))
				largest.Store(max(largest.Load(), int64(ld.LogRecordCount())))
				records.Add(int64(ld.LogRecordCount()))
				return nil
			})
			cfg := testConfig()
			cfg.Entries.MaxMemoryMiB = 16
			cfg.Limits.InFlightMiB = 64
			r, tel, conn := startReceiver(t, cfg, next)
			const streams = 2
			for range streams {
				stream := openRaw(t, conn)
				require.NoError(t, stream.SendMsg(marshal(t, &message{Identifier: testIdentifier("a")})))
				require.NoError(t, stream.SendMsg(test.message))
				require.NoError(t, stream.CloseSend())
				require.NoError(t, ignoreEOF(stream.RecvMsg(nil)))
			}
			held := int64(heap()) - before
			require.NoError(t, r.Shutdown(t.Context()))
			t.Logf("at most %d MiB, %d MiB held, %d records", most.Load()>>20, held>>20, records.Load())
			assert.Less(t, most.Load(), int64(160<<20))
			assert.Less(t, held, int64(48<<20))
			assert.LessOrEqual(t, largest.Load(), int64(256))
			assert.Equal(t, records.Load(), value(t, tel, entriesMetric, "outcome", "accepted"))
			if test.accepted >= 0 {
				assert.Equal(t, streams*test.accepted, records.Load())
			}
		})
	}
}

// Who sends what takes much memory does not keep others from sending, not even
// from its own address.
func TestFloodBesideHonestTraffic(t *testing.T) {
	cfg := testConfig()
	cfg.Limits.InFlightMiB = 16
	var honest atomic.Int64
	next := logsFunc(func(_ context.Context, ld plog.Logs) error {
		id, _ := ld.ResourceLogs().At(0).Resource().Attributes().Get("node_id")
		if id.Str() == "honest" {
			honest.Add(int64(ld.LogRecordCount()))
		}
		return nil
	})
	r, tel, conn := startReceiver(t, cfg, next)
	flood := fillMessage(t, 3, emptySANs(1000), 3<<20)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	done := make(chan struct{})
	for range 4 {
		stream := openRaw(t, conn)
		require.NoError(t, stream.SendMsg(marshal(t, &message{Identifier: testIdentifier("flood")})))
		go func() {
			for ctx.Err() == nil && stream.SendMsg(flood) == nil {
			}
			done <- struct{}{}
		}()
	}
	stream := openStream(t, connect(t, r))
	sent := int64(0)
	for ctx.Err() == nil {
		require.NoError(t, stream.Send(testMessage("honest", "a")), sent)
		sent++
		time.Sleep(5 * time.Millisecond)
	}
	for range 4 {
		<-done
	}
	_, err := stream.CloseAndRecv()
	require.NoError(t, err)
	assert.Equal(t, sent, honest.Load())
	assert.Zero(t, value(t, tel, entriesMetric, "entry", "http", "outcome", "in_flight_memory"))
}
