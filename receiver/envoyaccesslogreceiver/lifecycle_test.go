// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

func TestShutdownWithoutStart(t *testing.T) {
	r, err := newReceiver(receivertest.NewNopSettings(metadata.Type), testConfig(), consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context()))
	require.NoError(t, r.Shutdown(t.Context()))
}

// Nothing is left of a receiver that could not listen (see TestMain).
func TestStartOnTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	als, otlp := testConfig(), otlpConfig()
	als.Protocols.GRPC.Get().NetAddr.Endpoint = l.Addr().String()
	otlp.Protocols.OTLP.GRPC.Get().NetAddr.Endpoint = l.Addr().String()
	for _, cfg := range []*Config{als, otlp} {
		r, err := newReceiver(receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
		require.NoError(t, err)
		require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "address already in use")
		require.NoError(t, r.Shutdown(t.Context()))
	}
}

// statusHost keeps what is reported to it.
type statusHost struct{ reported chan *componentstatus.Event }

func (statusHost) GetExtensions() map[component.ID]component.Component { return nil }
func (h statusHost) Report(e *componentstatus.Event)                   { h.reported <- e }

// TestServeFails checks that a server which cannot go on says so.
func TestServeFails(t *testing.T) {
	r, err := newReceiver(receivertest.NewNopSettings(metadata.Type), testConfig(), consumertest.NewNop())
	require.NoError(t, err)
	host := statusHost{make(chan *componentstatus.Event, 1)}
	require.NoError(t, r.Start(t.Context(), host))
	require.NoError(t, listenerOf(t, r, protocolALS).Close())
	assert.Equal(t, componentstatus.StatusFatalError, (<-host.reported).Status())
	require.NoError(t, r.Shutdown(t.Context()))
}

// Envoy's streams do not end by themselves. Idle ones end at once, those on which
// messages come without a pause after a moment, and nothing comes after Shutdown.
func TestShutdownWithOpenStreams(t *testing.T) {
	sink := new(consumertest.LogsSink)
	r, tel, conn := startReceiver(t, testConfig(), sink)
	idle := openStream(t, conn)
	require.NoError(t, idle.Send(testMessage("a", "idle")))
	busy := openStream(t, conn)
	stopped := make(chan error)
	go func() {
		var err error
		for err == nil {
			err = busy.Send(testMessage("b", "busy"))
		}
		stopped <- err
	}()
	require.Eventually(t, func() bool {
		return sink.LogRecordCount() > 2 && value(t, tel, "otelcol_receiver_envoy_access_log_proxies") == 2
	}, patience, time.Millisecond)
	assert.Equal(t, int64(2), value(t, tel, "otelcol_receiver_envoy_access_log_als_streams"))
	assert.Positive(t, value(t, tel, "otelcol_receiver_envoy_access_log_pairing_bytes"))
	assert.Equal(t, int64(defaultMaxMemoryMiB<<20), value(t, tel, "otelcol_receiver_envoy_access_log_pairing_bytes_limit"))
	require.NoError(t, r.Shutdown(t.Context()))
	records := sink.LogRecordCount()

	_, err := idle.CloseAndRecv()
	assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	require.ErrorIs(t, <-stopped, io.EOF)
	_, err = busy.CloseAndRecv()
	assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	assert.Equal(t, int64(2), value(t, tel, "otelcol_receiver_envoy_access_log_als_streams_ended", "reason", "shutdown"))
	assert.Equal(t, records, sink.LogRecordCount())
}

// What was received is passed on before Shutdown returns, even if the next
// component takes its time and the proxy is gone.
func TestShutdownWaitsForConsumer(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	var consumed atomic.Int64
	r, _, conn := startReceiver(t, testConfig(), logsFunc(func(ctx context.Context, ld plog.Logs) error {
		close(entered)
		<-release
		consumed.Add(int64(ld.LogRecordCount()))
		return ctx.Err()
	}))
	stream := openStream(t, conn)
	require.NoError(t, stream.Send(testMessage("a", "slow")))
	<-entered
	require.NoError(t, conn.Close())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, r.Shutdown(ctx), context.Canceled, "it honours its context")
	close(release)
	require.Eventually(t, func() bool { return consumed.Load() == 1 }, patience, time.Millisecond)
}

// A connection that is too old is closed: GOAWAY alone would wait for its streams.
func TestMaxConnectionAge(t *testing.T) {
	cfg := testConfig()
	cfg.Protocols.GRPC.Get().Keepalive = configoptional.Some(configgrpc.KeepaliveServerConfig{
		ServerParameters: configoptional.Some(configgrpc.KeepaliveServerParameters{MaxConnectionAge: 100 * time.Millisecond}),
	})
	sink := new(consumertest.LogsSink)
	_, tel, conn := startReceiver(t, cfg, sink)
	stream := openStream(t, conn)
	require.NoError(t, stream.Send(testMessage("a", "first")))
	require.NoError(t, stream.RecvMsg(new(message)), "it ends as if the proxy had ended it")
	waitForEnd(t, tel, "age")

	next := openStream(t, conn)
	require.NoError(t, next.Send(testMessage("a", "second")))
	_, err := next.CloseAndRecv()
	require.NoError(t, err)
	assert.Equal(t, 2, sink.LogRecordCount())
}

// logsFunc is a next component.
type logsFunc func(context.Context, plog.Logs) error

func (f logsFunc) ConsumeLogs(ctx context.Context, ld plog.Logs) error { return f(ctx, ld) }
func (logsFunc) Capabilities() consumer.Capabilities                   { return consumer.Capabilities{} }

// What the next component refuses is counted, and the stream goes on.
func TestConsumerRefuses(t *testing.T) {
	for name, refusal := range map[string]error{
		"for now":    errors.New("data refused due to high memory usage"),
		"for always": consumererror.NewPermanent(errors.New("bad data")),
	} {
		t.Run(name, func(t *testing.T) {
			refuse := true
			var addresses []string
			_, tel, conn := startReceiver(t, testConfig(), logsFunc(func(ctx context.Context, _ plog.Logs) error {
				addresses = append(addresses, client.FromContext(ctx).Addr.String())
				if refuse {
					refuse = false
					return refusal
				}
				return nil
			}))
			stream := openStream(t, conn)
			require.NoError(t, stream.Send(testMessage("a", "refused")))
			require.NoError(t, stream.Send(testMessage("a", "accepted")))
			_, err := stream.CloseAndRecv()
			require.NoError(t, err)
			for _, outcome := range []string{"refused", "accepted"} {
				assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_envoy_access_log_entries", "outcome", outcome, "entry", "http"))
				assert.Equal(t, int64(1), value(t, tel, "otelcol_receiver_"+outcome+"_log_records", "transport", "grpc"))
			}
			assert.Len(t, addresses, 2)
			assert.Contains(t, addresses[0], "127.0.0.1:", "k8s_attributes needs the connection's peer")
		})
	}
}
