// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"io"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/metadata"
)

type protoMessage = accesslogservicev3.StreamAccessLogsMessage

// fakeStream gives messages and then an error, EOF unless there is another. A
// message is a protoMessage or bytes.
type fakeStream struct {
	grpc.ServerStream
	ctx      context.Context
	messages []any
	// more, if there is one, gives the messages after those.
	more chan any
	err  error
}

func (s *fakeStream) Context() context.Context { return s.ctx }

func (s *fakeStream) RecvMsg(into any) error {
	next, err := s.next()
	if err != nil {
		return err
	}
	raw, ok := next.([]byte)
	if !ok {
		if raw, err = proto.Marshal(next.(*protoMessage)); err != nil {
			return err
		}
	}
	return Codec{}.Unmarshal(mem.BufferSlice{mem.SliceBuffer(raw)}, into)
}

func (s *fakeStream) next() (any, error) {
	if len(s.messages) > 0 {
		m := s.messages[0]
		s.messages = s.messages[1:]
		return m, nil
	}
	if s.more != nil {
		select {
		case m, ok := <-s.more:
			if ok {
				return m, nil
			}
		case <-s.ctx.Done():
			return nil, s.ctx.Err()
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	return nil, io.EOF
}

func (*fakeStream) SendMsg(any) error { return nil }

const testWait = 3 * time.Second

func testOptions() Options {
	return Options{Keep: KeepAuto, Wait: testWait, MaxBytes: 1 << 20}
}

func newHandler(t testing.TB, options Options, next consumer.Logs) (*Handler, *componenttest.Telemetry) {
	t.Helper()
	tel := componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{ReceiverID: set.ID, Transport: "grpc", LongLivedCtx: true, ReceiverCreateSettings: set})
	require.NoError(t, err)
	b, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	require.NoError(t, err)
	return New(options, b, "test", obsreport, next), tel
}

// send serves a stream of these messages to its end.
func send(t testing.TB, h *Handler, messages ...any) {
	t.Helper()
	require.NoError(t, h.StreamAccessLogs(&fakeStream{ctx: t.Context(), messages: messages}))
}

func identifier(node string) *accesslogservicev3.StreamAccessLogsMessage_Identifier {
	return &accesslogservicev3.StreamAccessLogsMessage_Identifier{LogName: "log", Node: &corev3.Node{Id: node}}
}

func common(id string, kind accesslogv3.AccessLogType) *accesslogv3.AccessLogCommon {
	return &accesslogv3.AccessLogCommon{StreamId: id, AccessLogType: kind, StartTime: timestamppb.New(time.Unix(1, 0))}
}

const (
	requestEnd    = accesslogv3.AccessLogType_DownstreamEnd
	connectionEnd = accesslogv3.AccessLogType_TcpConnectionEnd
)

// byHTTP is an event as the logger for HTTP tells it.
func byHTTP(node, id string, kind accesslogv3.AccessLogType) *protoMessage {
	return &protoMessage{Identifier: identifier(node), LogEntries: &accesslogservicev3.StreamAccessLogsMessage_HttpLogs{
		HttpLogs: &accesslogservicev3.StreamAccessLogsMessage_HTTPAccessLogEntries{LogEntry: []*accesslogv3.HTTPAccessLogEntry{{CommonProperties: common(id, kind)}}},
	}}
}

// byTCP is the same event as the logger for TCP tells it.
func byTCP(node, id string, kind accesslogv3.AccessLogType) *protoMessage {
	return &protoMessage{Identifier: identifier(node), LogEntries: &accesslogservicev3.StreamAccessLogsMessage_TcpLogs{
		TcpLogs: &accesslogservicev3.StreamAccessLogsMessage_TCPAccessLogEntries{LogEntry: []*accesslogv3.TCPAccessLogEntry{{CommonProperties: common(id, kind), ConnectionProperties: &accesslogv3.ConnectionProperties{}}}},
	}}
}

// entries is how many had an outcome.
func entries(t testing.TB, tel *componenttest.Telemetry, outcome string, kinds ...entry.Kind) (n int64) {
	t.Helper()
	for _, kind := range kinds {
		n += point(tel, "otelcol_receiver_envoy_access_log_entries", attribute.String("entry", kind.String()), attribute.String("outcome", outcome))
	}
	return n
}

// point is a metric's value with exactly these attributes.
func point(tel *componenttest.Telemetry, name string, attributes ...attribute.KeyValue) int64 {
	m, err := tel.GetMetric(name)
	if err != nil {
		return 0
	}
	set := attribute.NewSet(attributes...)
	var points []metricdata.DataPoint[int64]
	if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
		points = sum.DataPoints
	} else {
		points = m.Data.(metricdata.Gauge[int64]).DataPoints
	}
	for _, p := range points {
		if p.Attributes.Equals(&set) {
			return p.Value
		}
	}
	return 0
}
