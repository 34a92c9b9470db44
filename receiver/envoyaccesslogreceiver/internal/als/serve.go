// SPDX-License-Identifier: Apache-2.0

package als

import (
	"errors"
	"io"
	"time"

	accesslogservicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A stream that has to end does so when nothing came for drainQuiet, so that no
// message is under way, and at the latest after drainMost: Envoy sends a message
// a second.
const (
	drainQuiet = 100 * time.Millisecond
	drainMost  = time.Second
)

// service is the access log service with streams that read messages as bytes.
var service = grpc.ServiceDesc{
	ServiceName: accesslogservicev3.AccessLogService_ServiceDesc.ServiceName,
	HandlerType: (*any)(nil),
	Streams: []grpc.StreamDesc{{
		StreamName: "StreamAccessLogs",
		Handler: func(handler any, stream grpc.ServerStream) error {
			return handler.(*Handler).StreamAccessLogs(stream)
		},
		ClientStreams: true,
	}},
	Metadata: accesslogservicev3.AccessLogService_ServiceDesc.Metadata,
}

// Register makes a server serve the handler's streams. The server must have been
// made with grpc.ForceServerCodecV2(Codec{}).
func (h *Handler) Register(s grpc.ServiceRegistrar) { s.RegisterService(&service, h) }

// StreamMethod is the full name of the method that streams entries.
const StreamMethod = accesslogservicev3.AccessLogService_StreamAccessLogs_FullMethodName

// StreamAccessLogs serves one stream. It is read in a goroutine of its own: a
// read cannot be interrupted except by the end of this function.
func (h *Handler) StreamAccessLogs(srv grpc.ServerStream) error {
	h.streams.Add(1)
	defer h.streams.Add(-1)
	received, ended := make(chan struct{}, 1), make(chan error, 1)
	h.readers.Go(func() { ended <- h.read(srv, received) })

	age, stop := h.ageTimer(srv.Context())
	defer stop()
	select {
	case err := <-ended:
		return h.end(srv, err)
	case <-srv.Context().Done():
		return h.abandon(srv, ended)
	case <-age:
		return h.drain(srv, received, ended, ofAge)
	case <-h.draining:
		return h.drain(srv, received, ended, shutdown)
	}
}

// read reads a stream to its end.
func (h *Handler) read(srv grpc.ServerStream, received chan<- struct{}) error {
	s := h.newStream(srv.Context())
	defer s.close()
	for {
		var m message
		if err := srv.RecvMsg(&m); err != nil {
			return err
		}
		select {
		case received <- struct{}{}:
		default:
		}
		s.message(m.ReadOnlyData(), time.Now())
		m.Free()
	}
}

// drain ends a stream at a quiet moment.
func (h *Handler) drain(srv grpc.ServerStream, received <-chan struct{}, ended <-chan error, why reason) error {
	quiet, most := time.NewTimer(drainQuiet), time.NewTimer(drainMost)
	defer quiet.Stop()
	defer most.Stop()
	for {
		select {
		case err := <-ended:
			return h.end(srv, err)
		case <-srv.Context().Done():
			return h.abandon(srv, ended)
		case <-received:
			quiet.Reset(drainQuiet)
			continue
		case <-quiet.C:
		case <-most.C:
		}
		h.telemetry.reasons[why].Add(srv.Context(), 1)
		if why == shutdown {
			return status.Error(codes.Unavailable, "the receiver is shutting down")
		}
		return srv.SendMsg(&accesslogservicev3.StreamAccessLogsResponse{})
	}
}

// abandon ends a stream that gRPC has ended. Reading ends by itself, with the
// reason, unless the next component takes its time.
func (h *Handler) abandon(srv grpc.ServerStream, ended <-chan error) error {
	patience := time.NewTimer(drainQuiet)
	defer patience.Stop()
	select {
	case err := <-ended:
		return h.end(srv, err)
	case <-patience.C:
		return h.end(srv, srv.Context().Err())
	}
}

// end counts why reading ended and gives the stream its status. gRPC has sent
// one already where a message could not be read: ResourceExhausted if it was too
// large, Internal if it was none of the service's.
func (h *Handler) end(srv grpc.ServerStream, err error) error {
	why := canceled
	switch {
	case errors.Is(err, io.EOF):
		why = byClient
		err = srv.SendMsg(&accesslogservicev3.StreamAccessLogsResponse{})
	case status.Code(err) == codes.ResourceExhausted:
		why = tooLarge
	case status.Code(err) == codes.Internal:
		why = invalid
	default:
		if _, ok := status.FromError(err); !ok {
			err = status.FromContextError(err).Err()
		}
	}
	h.telemetry.reasons[why].Add(srv.Context(), 1)
	return err
}
