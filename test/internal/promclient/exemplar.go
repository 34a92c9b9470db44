// SPDX-License-Identifier: Apache-2.0

package promclient

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
)

// Exemplar is one observation that stands for a series.
type Exemplar struct {
	// Series are the labels of its series, __name__ included.
	Series map[string]string
	Labels map[string]string
	Value  float64
}

// Exemplars lists those of the series that an expression selects.
func (c *Client) Exemplars(ctx context.Context, promQL string) ([]Exemplar, error) {
	var data []struct {
		Series    map[string]string `json:"seriesLabels"`
		Exemplars []struct {
			Labels map[string]string `json:"labels"`
			Value  json.RawMessage   `json:"value"`
		} `json:"exemplars"`
	}
	if err := c.call(ctx, "/api/v1/query_exemplars", url.Values{"query": {promQL}}, &data); err != nil {
		return nil, err
	}
	var all []Exemplar
	for _, series := range data {
		for _, e := range series.Exemplars {
			value, err := parseNumber(e.Value)
			if err != nil {
				return nil, err
			}
			all = append(all, Exemplar{Series: series.Series, Labels: e.Labels, Value: value})
		}
	}
	return all, nil
}

// parseNumber reads a number that stands in quotes or not.
func parseNumber(raw json.RawMessage) (float64, error) {
	text := string(raw)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	return strconv.ParseFloat(text, 64)
}
