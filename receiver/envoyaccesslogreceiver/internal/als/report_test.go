// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"errors"
	"net"
	"runtime"
	"testing"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/peer"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/report"
)

// What is lost or repaired is logged with its client.
func TestWarnings(t *testing.T) {
	core, logs := observer.New(zapcore.WarnLevel)
	options := testOptions()
	options.Keep = KeepAll
	options.Report, options.Heard = report.New(zap.New(core)), lastheard.New(10, time.Hour)
	h, tel := newHandler(t, options, consumerFunc(func(context.Context, plog.Logs) error { return errors.New("full") }))
	ctx := peer.NewContext(t.Context(), &peer.Peer{Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 1234}})
	bad := []byte{0x12, 0x0e, 0x0a, 0x08, 0x0a, 0x06, 0x92, 0x01, 0x03, 'a', 0xff, 'c', 0x0a, 0x01, 0x0a, 0x00, 0xff}
	bad = append(bad[:16:16], 0xff)
	require.NoError(t, h.StreamAccessLogs(&fakeStream{ctx: ctx, messages: []any{byHTTP("node", "1", requestEnd), bad}}))
	reasons := map[any]int64{}
	for _, e := range logs.All() {
		fields := e.ContextMap()
		assert.Equal(t, "10.0.0.1", fields["client_address"])
		assert.Equal(t, "node", fields["node_id"])
		reasons[fields["reason"]] = fields["since_last_warning"].(int64)
	}
	assert.Equal(t, map[any]int64{"refused": 1, "malformed": 1, "invalid_utf8": 1, "malformed_message": 1}, reasons)
	assert.Equal(t, int64(2), entries(t, tel, "refused", entry.HTTP), "the second is not logged before a minute is over")
	for proxy := range options.Heard.All(time.Now()) {
		assert.Equal(t, lastheard.Proxy{NodeID: "node", Client: "10.0.0.1"}, proxy)
	}
	require.NoError(t, h.Shutdown(t.Context()))
}

// Without memory for what is decoded entries are lost, and counted.
func TestNoMemoryForDecoding(t *testing.T) {
	options := testOptions()
	options.Admission = admission.New(admission.Options{MaxBytes: 1000, Wait: time.Millisecond})
	sink := new(consumertest.LogsSink)
	h, tel := newHandler(t, options, sink)
	first := byHTTP("a", "1", requestEnd)
	first.Identifier = nil
	send(t, h, first, &protoMessage{Identifier: identifier("a")})
	assert.Zero(t, sink.LogRecordCount())
	assert.Equal(t, int64(1), entries(t, tel, "in_flight_memory", entry.HTTP))
	assert.Zero(t, options.Admission.Stats().HeldBytes)
	require.NoError(t, h.Shutdown(t.Context()))
}

// All memory is given back, whatever became of the entries.
func TestHoldsAreReleased(t *testing.T) {
	options := testOptions()
	options.Admission = admission.New(admission.Options{MaxBytes: 1 << 20})
	sink := new(consumertest.LogsSink)
	h, _ := newHandler(t, options, sink)
	for i := range 100 {
		send(t, h, byHTTP("a", string(rune('a'+i)), requestEnd), byTCP("a", string(rune('a'+i)), requestEnd), byTCP("a", "alone"+string(rune('a'+i)), requestEnd), []byte{0x12, 0x03, 0x0a, 0x01, 0x0a})
	}
	require.NoError(t, h.Shutdown(t.Context()))
	assert.Equal(t, 200, sink.LogRecordCount())
	assert.Zero(t, options.Admission.Stats().HeldBytes)
}

// What is said to be in use for what waits is what is in use.
func TestHeldBytesAreMeasured(t *testing.T) {
	for name, size := range map[string]int{"empty": 0, "small": 3, "usual": 700, "large": 33_000} {
		t.Run(name, func(t *testing.T) {
			const many = 2000
			options := testOptions()
			options.MaxBytes = 1 << 40
			// All of them wait, however slow the machine is.
			options.Wait = time.Hour
			h, _ := newHandler(t, options, consumertest.NewNop())
			stream := &fakeStream{ctx: t.Context(), more: make(chan any)}
			ended := make(chan error)
			go func() { ended <- h.StreamAccessLogs(stream) }()
			stream.more <- &protoMessage{Identifier: identifier("a")}
			e := common("1", requestEnd)
			e.UpstreamCluster = string(make([]byte, size))
			message := byTCP("", "", requestEnd)
			message.Identifier = nil
			message.LogEntries.(*accesslogservicev3.StreamAccessLogsMessage_TcpLogs).TcpLogs.LogEntry[0].CommonProperties = e
			stream.more <- &protoMessage{}
			before, said := heap(), h.pairing.Stats().Bytes
			for range many {
				stream.more <- message
			}
			stream.more <- &protoMessage{}
			used, took := int64(heap())-int64(before), h.pairing.Stats().Bytes-said
			t.Logf("%d bytes each, said %d", used/many, took/many)
			assert.LessOrEqual(t, used, took+256<<10)
			assert.Less(t, took, 2*used+256<<10)
			close(stream.more)
			require.NoError(t, <-ended)
			require.NoError(t, h.Shutdown(t.Context()))
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
