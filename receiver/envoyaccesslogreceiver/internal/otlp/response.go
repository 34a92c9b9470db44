// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

const typeText = "text/plain"

// unwritable is the answer if a status cannot be serialized.
var unwritable = []byte(`{"code": 13, "message": "failed to marshal error message"}`)

// formatOf is that of a request's content type, nil if it is not served.
func formatOf(req *http.Request) format {
	mediaType, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		return nil
	}
	switch mediaType {
	case typeProtobuf:
		return protobufFormat{}
	case typeJSON:
		return jsonFormat{}
	default:
		return nil
	}
}

// ErrorHandler answers a request that the server itself refuses: who it is from,
// or how it is packed. The body is a status of gRPC, in the format of the request.
func ErrorHandler(w http.ResponseWriter, req *http.Request, message string, code int) {
	f := formatOf(req)
	if f == nil && req.Header.Get("Content-Type") == "" {
		f = jsonFormat{}
	}
	if f == nil {
		write(w, typeJSON, http.StatusInternalServerError, unwritable)
		return
	}
	writeStatus(w, f, code, status.New(grpcCode(code), message))
}

// writeError answers a request that is not passed on.
func writeError(w http.ResponseWriter, f format, err error) {
	r := &refusal{}
	if errors.As(err, &r) {
		writeStatus(w, f, r.http, r.status)
		return
	}
	s := status.Convert(err)
	writeStatus(w, f, httpCode(s.Code()), s)
}

func writeStatus(w http.ResponseWriter, f format, code int, s *status.Status) {
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		for _, detail := range s.Details() {
			if retry, ok := detail.(*errdetails.RetryInfo); ok {
				w.Header().Set("Retry-After", strconv.FormatInt(int64(retry.GetRetryDelay().AsDuration().Seconds()), 10))
			}
		}
	}
	b, err := f.status(s.Proto())
	if err != nil {
		write(w, typeJSON, http.StatusInternalServerError, unwritable)
		return
	}
	write(w, f.contentType(), code, b)
}

func write(w http.ResponseWriter, contentType string, code int, b []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(code)
	// A client that is gone cannot be told.
	_, _ = w.Write(b)
}

func methodNotAllowed(w http.ResponseWriter) {
	const code = http.StatusMethodNotAllowed
	write(w, typeText, code, fmt.Appendf(nil, "%v method not allowed, supported: [%s]", code, http.MethodPost))
}

func unsupportedMediaType(w http.ResponseWriter) {
	const code = http.StatusUnsupportedMediaType
	write(w, typeText, code, fmt.Appendf(nil, "%v unsupported media type, supported: [%s, %s]", code, typeJSON, typeProtobuf))
}
