// SPDX-License-Identifier: Apache-2.0

package promclient

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Range is the samples of one series as they are stored, in order of time. Stale
// markers are none.
type Range struct {
	Labels  map[string]string
	Samples []Point
}

// Point is one sample.
type Point struct {
	Time  time.Time
	Value float64
}

// Samples gives all samples of the last time of the series that match a selector.
func (c *Client) Samples(ctx context.Context, selector string, last time.Duration) ([]Range, error) {
	var data struct {
		ResultType string  `json:"resultType"`
		Result     []Range `json:"result"`
	}
	query := fmt.Sprintf("%s[%dms]", selector, last.Milliseconds())
	if err := c.call(ctx, "/api/v1/query", url.Values{"query": {query}}, &data); err != nil {
		return nil, err
	}
	if data.ResultType != "matrix" {
		return nil, fmt.Errorf("%s: result is a %s, want a matrix", query, data.ResultType)
	}
	return data.Result, nil
}

// UnmarshalJSON reads one element of a matrix as Prometheus writes it.
func (r *Range) UnmarshalJSON(b []byte) error {
	var raw struct {
		Metric map[string]string `json:"metric"`
		Values []point           `json:"values"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	r.Labels = raw.Metric
	for _, p := range raw.Values {
		r.Samples = append(r.Samples, Point{p.time, p.value})
	}
	return nil
}
