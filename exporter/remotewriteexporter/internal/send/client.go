// SPDX-License-Identifier: Apache-2.0

package send

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

// The headers of the two protocols.
const (
	contentTypeV1 = "application/x-protobuf"
	contentTypeV2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
	versionV1     = "0.1.0"
	versionV2     = "2.0.0"
)

// Client sends write requests to one endpoint.
type Client struct {
	HTTP      *http.Client
	Endpoint  string
	UserAgent string
	// Timeout of one attempt; 0 is none.
	Timeout time.Duration
}

// NewClient returns a client that sends with c, which it changes: a redirect
// that would make another request of a POST, without its body, is an answer.
func NewClient(c *http.Client, endpoint, userAgent string, timeout time.Duration) *Client {
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if req.Method != via[0].Method || len(via) >= 5 {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &Client{HTTP: c, Endpoint: endpoint, UserAgent: userAgent, Timeout: timeout}
}

// Send makes one attempt. The body is compressed with snappy already.
func (c *Client) Send(ctx context.Context, body []byte, v protocol.Version) Answer {
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.Timeout, fmt.Errorf("no answer within %v", c.Timeout))
		defer cancel()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint, bytes.NewReader(body))
	if err != nil {
		return Answer{Verdict: Wait, Text: err.Error(), Hint: "check `http::endpoint`"}
	}
	req.Header.Set("Content-Encoding", "snappy")
	contentType, version := contentTypeV1, versionV1
	if v == protocol.V2 {
		contentType, version = contentTypeV2, versionV2
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Prometheus-Remote-Write-Version", version)
	req.Header.Set("User-Agent", c.UserAgent)
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return Answer{Verdict: Wait, Text: errorText(ctx, err)}
	}
	defer resp.Body.Close()
	a := read(resp, v, time.Now())
	// A connection is used again only if its last response was read to the end.
	_, _ = io.CopyN(io.Discard, resp.Body, maxDrain)
	return a
}

// maxDrain is the most that is read of a response that nobody looks at, in
// bytes.
const maxDrain = 16 << 10

// read says what a response means.
func read(resp *http.Response, v protocol.Version, now time.Time) Answer {
	a := Answer{Status: resp.StatusCode}
	a.Verdict, a.Hint = classify(resp.StatusCode)
	if v == protocol.V2 {
		a.Written = written(resp.Header)
	}
	if a.Verdict == Accepted {
		return a
	}
	// What the body lacks because of an error is not worth another attempt.
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxText))
	a.Text = fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if line := textOf(resp.Header.Get("Content-Type"), text); line != "" {
		a.Text += ": " + line
	}
	if takesNoNativeHistograms(resp.StatusCode, a.Text) {
		a.Verdict = Refused
	}
	switch a.Verdict {
	case Wait:
		a.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	case Refused:
		a.Reason = reasonOf(resp.StatusCode, a.Text)
		if a.Written != nil && resp.StatusCode == http.StatusBadRequest {
			a.Verdict = PartlyRefused
		}
	}
	return a
}

// errorText leaves the address out, which may hold a password, and says why a
// context ended.
func errorText(ctx context.Context, err error) string {
	if urlErr := (*url.Error)(nil); errors.As(err, &urlErr) {
		err = urlErr.Err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause.Error()
	}
	return err.Error()
}
