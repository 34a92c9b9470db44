// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
)

const (
	serviceName = "opentelemetry.proto.collector.logs.v1.LogsService"
	// ExportMethod is the full name of the service's only method.
	ExportMethod = "/" + serviceName + "/Export"
)

// message is a request as gRPC hands it over: bytes that are not looked at yet.
type message struct{ data mem.BufferSlice }

// answer is a serialized response.
type answer []byte

// Codec leaves the decoding of requests to the handler, which knows the client
// and the deadline, and whose errors have a status. gRPC makes Internal of each
// error of a codec. A server with the service must be made with it.
type Codec struct{}

var _ encoding.CodecV2 = Codec{}

// Name is that of protobuf's codec.
func (Codec) Name() string { return "proto" }

// Unmarshal keeps the bytes.
func (Codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*message)
	if !ok {
		return fmt.Errorf("unexpected type %T", v)
	}
	data.Ref()
	m.data = data
	return nil
}

// Marshal gives the bytes of an answer.
func (Codec) Marshal(v any) (mem.BufferSlice, error) {
	a, ok := v.(answer)
	if !ok {
		return nil, fmt.Errorf("unexpected type %T", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(a)}, nil
}

// exporter is the service.
type exporter interface {
	export(context.Context, *message) (answer, error)
	undecoded(context.Context, error)
}

// Register adds the service to a server that was made with Codec.
func (r *Receiver) Register(server grpc.ServiceRegistrar) {
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: serviceName,
		HandlerType: (*exporter)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Export", Handler: handleExport}},
		Metadata:    "opentelemetry/proto/collector/logs/v1/logs_service.proto",
	}, r)
}

//nolint:revive // gRPC has the order of its parameters
func handleExport(srv any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
	m := new(message)
	if err := decode(m); err != nil {
		srv.(exporter).undecoded(ctx, err)
		return nil, err
	}
	if interceptor == nil {
		return srv.(exporter).export(ctx, m)
	}
	info := &grpc.UnaryServerInfo{Server: srv, FullMethod: ExportMethod}
	return interceptor(ctx, m, info, func(ctx context.Context, _ any) (any, error) { return srv.(exporter).export(ctx, m) })
}

// undecoded counts a message that gRPC itself refused.
func (r *Receiver) undecoded(ctx context.Context, err error) {
	switch status.Code(err) {
	case codes.ResourceExhausted:
		r.options.Events.Refused(tooLarge, clientOf(ctx))
	case codes.Internal:
		r.options.Events.Refused(incomplete, clientOf(ctx))
	}
}

// export serves one request. What its bytes take on the wire is counted by the
// package connlimit until they are taken.
func (r *Receiver) export(ctx context.Context, m *message) (answer, error) {
	q := &request{client: clientOf(ctx), shared: true, admitted: func() {}}
	buffer := m.data.MaterializeToBuffer(&buffers)
	if len(m.data) > 1 {
		// It is a copy.
		q.extra = int64(bufferSize(buffer.Len()))
	}
	q.body = buffer.ReadOnlyData()
	freed := false
	free := func() {
		if !freed {
			freed = true
			buffer.Free()
			m.data.Free()
			connlimit.Taken(ctx)
		}
	}
	defer free()
	q.taken = free
	f := protobufFormat{}
	removed, err := r.take(ctx, q, f)
	if err != nil {
		return nil, r.refused(q, err)
	}
	return answer(f.response(removed)), nil
}

// refused counts a request that is not passed on.
func (r *Receiver) refused(q *request, err error) error {
	e := &refusal{}
	if errors.As(err, &e) {
		r.options.Events.Refused(e.reason, q.client)
	}
	return err
}

// clientOf is the client of a request.
func clientOf(ctx context.Context) admission.Client {
	if p, ok := peer.FromContext(ctx); ok {
		return admission.ClientOf(p.Addr)
	}
	return admission.Local
}
