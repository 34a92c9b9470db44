// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// UnfinishedPosts opens so many connections, each with a POST that announces
// size bytes and sends only some of them.
func UnfinishedPosts(ctx context.Context, source, endpoint string, n, size, sent int) (*Connections, error) {
	request := fmt.Appendf(nil, "POST /v1/logs HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/x-protobuf\r\nContent-Length: %d\r\n\r\n", size)
	return open(ctx, source, endpoint, n, append(request, make([]byte, sent)...))
}

// UnfinishedHeaders opens so many connections, each with the beginning of a
// request.
func UnfinishedHeaders(ctx context.Context, source, endpoint string, n int) (*Connections, error) {
	return open(ctx, source, endpoint, n, []byte("POST /v1/logs HTTP/1.1\r\nHost: "))
}

// Body of a POST.
type Body struct {
	Type     string
	Encoding string // gzip, or empty
	Bytes    []byte
}

// The types of OTLP/HTTP.
const (
	Protobuf = "application/x-protobuf"
	JSON     = "application/json"
)

// Post sends a request over a connection of its own and gives the status.
func Post(ctx context.Context, source, endpoint string, b Body) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+endpoint+"/v1/logs", bytes.NewReader(b.Bytes))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", b.Type)
	if b.Encoding != "" {
		req.Header.Set("Content-Encoding", b.Encoding)
	}
	client := http.Client{Transport: &http.Transport{DialContext: Dialer(source).DialContext, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, nil
}
