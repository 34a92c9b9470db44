// SPDX-License-Identifier: Apache-2.0

// Package promclient asks a Prometheus its questions over the HTTP API, in
// PromQL, and hands out the answers as label sets and numbers.
//
// Invariant: it relies on nothing but Prometheus' documented API, so what a
// test learns through it any Prometheus user would see.
package promclient

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client of one Prometheus.
type Client struct {
	base string
}

// New makes a client; base is the address without path, http://127.0.0.1:9090.
func New(base string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/")}
}

// Base is the address without path.
func (c *Client) Base() string { return c.base }

// WriteURL is where remote write goes.
func (c *Client) WriteURL() string { return c.base + "/api/v1/write" }

// Query evaluates a PromQL expression now; a scalar becomes one sample
// without labels.
func (c *Client) Query(ctx context.Context, promQL string) (Vector, error) {
	return c.query(ctx, url.Values{"query": {promQL}})
}

// QueryAt evaluates a PromQL expression at a time.
func (c *Client) QueryAt(ctx context.Context, promQL string, at time.Time) (Vector, error) {
	return c.query(ctx, url.Values{"query": {promQL}, "time": {formatTime(at)}})
}

func (c *Client) query(ctx context.Context, form url.Values) (Vector, error) {
	var data struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	}
	if err := c.call(ctx, "/api/v1/query", form, &data); err != nil {
		return nil, err
	}
	switch data.ResultType {
	case "vector":
		var v Vector
		return v, json.Unmarshal(data.Result, &v)
	case "scalar":
		var p point
		if err := json.Unmarshal(data.Result, &p); err != nil {
			return nil, err
		}
		return Vector{{Labels: map[string]string{}, Value: p.value, Time: p.time}}, nil
	default:
		return nil, fmt.Errorf("%s: result is a %s, want a vector or a scalar", form.Get("query"), data.ResultType)
	}
}

// Value evaluates an expression that gives one number, such as a sum. No
// series at all is 0, as it is in a sum.
func (c *Client) Value(ctx context.Context, promQL string) (float64, error) {
	v, err := c.Query(ctx, promQL)
	if err != nil || len(v) == 0 {
		return 0, err
	}
	if len(v) > 1 {
		return 0, fmt.Errorf("%s: %d series, want one\n%s", promQL, len(v), v)
	}
	return v[0].Value, nil
}

// Series lists the label sets, __name__ included, of all series that match one
// of the selectors.
func (c *Client) Series(ctx context.Context, selectors ...string) ([]map[string]string, error) {
	var sets []map[string]string
	err := c.call(ctx, "/api/v1/series", url.Values{"match[]": selectors}, &sets)
	return sets, err
}

// LabelValues lists the values of a label over all series.
func (c *Client) LabelValues(ctx context.Context, label string) ([]string, error) {
	var values []string
	err := c.call(ctx, "/api/v1/label/"+url.PathEscape(label)+"/values", nil, &values)
	return values, err
}

// call posts a form, or gets if there is none, and decodes the answer's data.
func (c *Client) call(ctx context.Context, path string, form url.Values, data any) error {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct {
		Status    string          `json:"status"`
		ErrorType string          `json:"errorType"`
		Error     string          `json:"error"`
		Data      json.RawMessage `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %s: %w", path, resp.Status, err)
	}
	if answer.Status != "success" {
		return fmt.Errorf("%s: %s: %s: %s", path, resp.Status, answer.ErrorType, answer.Error)
	}
	return json.Unmarshal(answer.Data, data)
}

func formatTime(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}
