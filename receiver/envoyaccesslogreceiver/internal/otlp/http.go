package otlp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

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
	q := &request{peer: remoteAddr(req)}
	q.share = admission.PeerOf(q.peer)
	if err := h.serve(w, req, q, f, encoding); err != nil {
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
	ctx, cancel := context.WithCancel(sender.WithTLS(req.Context(), req.TLS))
	defer cancel()
	read := &reading{conn: http.NewResponseController(w), cancel: cancel}
	defer read.end()
	held, err := h.options.Admission.Acquire(ctx, q.share, 0, read.revoke)
	if err != nil {
		return noRoom(err)
	}
	defer held.Release()
	q.admitted, q.taken = held.Arrived, held.Release
	counted := connlimit.BeginHTTP(ctx)
	defer counted.Done()
	if q.body, err = h.body(ctx, req, held, counted, encoding); err == nil {
		err = h.take(ctx, q, f)
	}
	if err != nil && held.Revoked() {
		// What is left of the body will not be read.
		w.Header().Set("Connection", "close")
		return errNoRoom
	}
	return err
}

// body gives the unpacked body. What it takes is counted as it comes.
func (h *handler) body(ctx context.Context, req *http.Request, held *admission.Hold, counted *connlimit.HTTPRequest, encoding string) ([]byte, error) {
	grow := func(n int64) error {
		held.Grow(n)
		return ctx.Err()
	}
	b, err := readAll(&counting{req.Body, counted}, firstRead(req), h.MaxBody, grow)
	if err == nil && encoding != "" {
		b, err = decompress(encoding, b, h.MaxBody, grow)
		// The packed body and the decompressor are garbage now.
		held.Set(int64(cap(b)), 0)
	}
	if err != nil {
		return nil, unread(err)
	}
	return b, nil
}

// counting tells the connection which of its bytes are counted here.
type counting struct {
	io.Reader
	counted *connlimit.HTTPRequest
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.counted.Received(n)
	return n, err
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
