// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"context"
	"net/http"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
)

// HTTPOptions are those of the server's settings that the handler obeys.
type HTTPOptions struct {
	// MaxBody is how many bytes a body may have, unpacked.
	MaxBody int64
	// Compressions are the allowed values of Content-Encoding.
	Compressions []string
}

// Handler serves the requests of a URL path. The server must not unpack bodies:
// what that takes would not be counted.
func (r *Receiver) Handler(options HTTPOptions) http.Handler {
	return &handler{Receiver: r, HTTPOptions: options}
}

type handler struct {
	*Receiver
	HTTPOptions
}

// ServeHTTP serves one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f, encoding, ok := h.accept(w, req)
	if !ok {
		return
	}
	if !h.gate.enter() {
		writeStatus(w, f, http.StatusServiceUnavailable, tryAgain("the receiver is shutting down"))
		return
	}
	defer h.gate.leave()
	q := &request{client: admission.ClientOfAddress(req.RemoteAddr)}
	removed, err := h.serve(w, req, q, f, encoding)
	if err != nil {
		writeError(w, f, h.refused(q, err))
		return
	}
	write(w, f.contentType(), http.StatusOK, f.response(removed))
}

// accept tells the format and the compression. If they are not served it answers.
func (h *handler) accept(w http.ResponseWriter, req *http.Request) (_ format, encoding string, ok bool) {
	encoding = req.Header.Get("Content-Encoding")
	f := formatOf(req)
	switch {
	case !slices.Contains(h.Compressions, encoding):
		ErrorHandler(w, req, "unsupported Content-Encoding: "+encoding, http.StatusBadRequest)
	case req.Method != http.MethodPost:
		methodNotAllowed(w)
	case f == nil:
		unsupportedMediaType(w)
	default:
		return f, encoding, true
	}
	h.options.Events.Refused(unsupported, admission.ClientOfAddress(req.RemoteAddr))
	return nil, "", false
}

// serve reads and unpacks the body and takes it.
func (h *handler) serve(w http.ResponseWriter, req *http.Request, q *request, f format, encoding string) (removed sender.Removed, _ error) {
	ctx, cancel := context.WithCancel(sender.WithTLS(req.Context(), req.TLS))
	defer cancel()
	read := &reading{conn: http.NewResponseController(w), cancel: cancel}
	defer read.end()
	held, err := h.options.Admission.Acquire(ctx, q.client, 0, read.revoke)
	if err != nil {
		return removed, noRoom(err)
	}
	defer held.Release()
	q.admitted, q.taken = held.Arrived, held.Release
	counted := connlimit.BeginHTTP(ctx)
	defer counted.Done()
	if q.body, err = readBody(ctx, req, encoding, h.MaxBody, held, counted); err == nil {
		removed, err = h.take(ctx, q, f)
	}
	if err != nil && held.Revoked() {
		// What is left of the body will not be read.
		w.Header().Set("Connection", "close")
		return removed, errNoRoom
	}
	return removed, err
}
