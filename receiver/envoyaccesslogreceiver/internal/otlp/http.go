package otlp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
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
	q := &request{peer: remoteAddr(req), owned: true}
	q.share = admission.PeerOf(q.peer)
	if err := h.serve(w, req, q, f, encoding); err != nil {
		if q.held != nil && q.held.Revoked() {
			// What is left of the body will not be read.
			w.Header().Set("Connection", "close")
			err = errNoRoom
		}
		writeError(w, f, h.refused(q, err))
		return
	}
	write(w, f.contentType(), http.StatusOK, f.success())
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
	h.options.Events.Refused(unsupported, req.RemoteAddr)
	return nil, "", false
}

// serve reads and unpacks the body and takes it.
func (h *handler) serve(w http.ResponseWriter, req *http.Request, q *request, f format, encoding string) error {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	read := &reading{conn: http.NewResponseController(w), cancel: cancel}
	defer read.end()
	var err error
	if q.held, err = h.options.Admission.Acquire(ctx, q.share, 0, read.revoke); err != nil {
		return errNoRoom
	}
	defer q.held.Release()
	grow := func(n int64) error {
		q.held.Grow(n)
		return ctx.Err()
	}
	if q.body, err = readAll(req.Body, firstRead(req), h.MaxBody, grow); err != nil {
		return unread(err)
	}
	if encoding != "" {
		if q.body, err = decompress(encoding, q.body, h.MaxBody, grow); err != nil {
			return unread(err)
		}
		// The packed body and the decompressor are garbage now.
		q.held.Set(int64(cap(q.body)), 0)
	}
	return h.take(ctx, q, f)
}

// unread is the refusal of a body that could not be read or unpacked.
func unread(err error) error {
	var tooMany *http.MaxBytesError
	var known *refusal
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &tooMany):
		return errTooLarge
	case errors.Is(err, context.Canceled):
		return errNoRoom
	default:
		r := malformed(err)
		r.reason = incomplete
		return r
	}
}

// Sizes of the first read of a body, in bytes. The length that a client tells is
// believed as far as that.
const (
	minFirstRead = 2 << 10
	maxFirstRead = 64 << 10
)

func firstRead(req *http.Request) int {
	// One more byte finds the end without growing again.
	return int(min(max(req.ContentLength+1, minFirstRead), maxFirstRead))
}

// reading is a body that may have to be given up.
type reading struct {
	conn   *http.ResponseController
	cancel context.CancelFunc

	mu    sync.Mutex
	ended bool
}

// revoke ends the reading of the body. The deadline of the next request on the
// connection is its own.
func (r *reading) revoke() {
	r.cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		// Without deadlines the server's own time for a body ends it.
		_ = r.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

func (r *reading) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
}

// remoteAddr is the address of the client.
func remoteAddr(req *http.Request) net.Addr { return addr(req.RemoteAddr) }

type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return string(a) }
