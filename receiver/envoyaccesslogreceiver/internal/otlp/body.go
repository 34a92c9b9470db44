// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
)

// readBody gives the unpacked body of at most limit bytes. What it takes is counted
// as it comes.
func readBody(ctx context.Context, req *http.Request, encoding string, limit int64, held *admission.Hold, counted *connlimit.HTTPRequest) ([]byte, error) {
	grow := func(n int64) error {
		held.Grow(n)
		return ctx.Err()
	}
	b, err := readAll(&counting{req.Body, counted}, firstRead(req), limit, grow)
	if err == nil && encoding != "" {
		b, err = decompress(encoding, b, limit, grow)
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
