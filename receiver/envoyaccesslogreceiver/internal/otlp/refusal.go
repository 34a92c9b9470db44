// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Reasons for which a request is refused, besides those of the package wire.
const (
	// tooLarge is more bytes than the protocol's settings allow.
	tooLarge = "too_large"
	// inFlightMemory means that there was no room in time beside the requests that
	// are under way, or that the request had to make room for others.
	inFlightMemory = "in_flight_memory"
	// unsupported is a method, a content type or a compression that is not served.
	unsupported = "unsupported"
	// incomplete is a body that did not come to its end.
	incomplete = "incomplete"
)

// retryAfter is when a client that found no room should try again.
const retryAfter = time.Second

// refusal is an error that says why a request was not passed on.
type refusal struct {
	reason string
	status *status.Status
	// http is the code over HTTP.
	http int
}

func (r *refusal) Error() string { return r.status.Message() }

// GRPCStatus makes it the status of the call.
func (r *refusal) GRPCStatus() *status.Status { return r.status }

// The refusals that do not depend on the request. OTLP's specification says
// which codes make a client try again: a request that is too large would be so
// again, so that ResourceExhausted comes without a time.
var (
	errTooLarge = &refusal{tooLarge, status.New(codes.ResourceExhausted, "the request is larger than the receiver allows"), http.StatusRequestEntityTooLarge}
	errNoRoom   = &refusal{inFlightMemory, tryAgain("too many requests are under way"), http.StatusServiceUnavailable}

	errsOfWire = map[wire.Reason]*refusal{
		wire.TooDeep:           {string(wire.TooDeep), status.New(codes.InvalidArgument, "the request is nested too deeply"), http.StatusBadRequest},
		wire.TooManyAttributes: {string(wire.TooManyAttributes), status.New(codes.InvalidArgument, "the request has too many attributes in one place"), http.StatusBadRequest},
		wire.TooMuchMemory:     {string(wire.TooMuchMemory), status.New(codes.ResourceExhausted, "the request would take too much memory: send fewer records at once"), http.StatusRequestEntityTooLarge},
	}
)

func tryAgain(message string) *status.Status {
	s := status.New(codes.Unavailable, message)
	with, err := s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)})
	if err != nil {
		return s // a detail that cannot be marshaled: impossible for this type
	}
	return with
}

// malformed is what cannot be decoded.
func malformed(err error) *refusal {
	return &refusal{string(wire.Malformed), status.New(codes.InvalidArgument, err.Error()), http.StatusBadRequest}
}

// unmeasured is the refusal for an error of the package wire.
func unmeasured(err error) *refusal {
	var e *wire.Error
	if errors.As(err, &e) {
		if r, ok := errsOfWire[e.Reason]; ok {
			return r
		}
	}
	return malformed(err)
}

// noRoom is the refusal for an error of the package admission.
func noRoom(err error) *refusal {
	if errors.Is(err, admission.ErrTooLarge) {
		return errsOfWire[wire.TooMuchMemory]
	}
	return errNoRoom
}

// statusOf gives an error of the next component a status, as the Collector's
// OTLP receiver does. What is not permanent may be sent again.
func statusOf(err error) *status.Status {
	if s, ok := status.FromError(err); ok {
		return s
	}
	if consumererror.IsPermanent(err) {
		return status.New(codes.Internal, err.Error())
	}
	return status.New(codes.Unavailable, err.Error())
}

// httpCode is the code over HTTP for a status of gRPC, as OTLP's specification
// says which codes may be sent again.
func httpCode(c codes.Code) int {
	switch c {
	case codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return http.StatusServiceUnavailable
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.InvalidArgument:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.Unimplemented:
		return http.StatusNotFound
	default:
		return http.StatusInternalServerError
	}
}

// grpcCode is the code of gRPC for one of HTTP.
func grpcCode(http_ int) codes.Code {
	switch http_ {
	case http.StatusBadRequest:
		return codes.InvalidArgument
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound:
		return codes.Unimplemented
	case http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return codes.Unavailable
	default:
		return codes.Unknown
	}
}
