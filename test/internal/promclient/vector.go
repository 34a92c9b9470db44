// SPDX-License-Identifier: Apache-2.0

package promclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sample is one series of an answer. For a native histogram Value is its count.
type Sample struct {
	// Labels without those whose value is empty; __name__ is among them where
	// the expression keeps it.
	Labels map[string]string
	Value  float64
	Time   time.Time
}

// Vector is an answer: at most one sample for a label set, in no order.
type Vector []Sample

// UnmarshalJSON reads one element of an instant vector as Prometheus writes it.
func (s *Sample) UnmarshalJSON(b []byte) error {
	var raw struct {
		Metric    map[string]string `json:"metric"`
		Value     *point            `json:"value"`
		Histogram *histogram        `json:"histogram"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	s.Labels = raw.Metric
	if raw.Histogram != nil {
		s.Value, s.Time = raw.Histogram.count, raw.Histogram.time
		return nil
	}
	if raw.Value == nil {
		return errors.New("sample has neither value nor histogram")
	}
	s.Value, s.Time = raw.Value.value, raw.Value.time
	return nil
}

// point is [seconds, "number"].
type point struct {
	time  time.Time
	value float64
}

func (p *point) UnmarshalJSON(b []byte) error {
	var value string
	at, err := timed(b, &value)
	if err != nil {
		return err
	}
	p.time = at
	p.value, err = strconv.ParseFloat(value, 64)
	return err
}

// histogram is [seconds, {"count": "number", ...}].
type histogram struct {
	time  time.Time
	count float64
}

func (h *histogram) UnmarshalJSON(b []byte) error {
	var value struct {
		Count string `json:"count"`
	}
	at, err := timed(b, &value)
	if err != nil {
		return err
	}
	h.time = at
	h.count, err = strconv.ParseFloat(value.Count, 64)
	return err
}

func timed(b []byte, value any) (time.Time, error) {
	var seconds float64
	pair := []any{&seconds, value}
	if err := json.Unmarshal(b, &pair); err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(seconds * 1000)), nil
}

// Sum of all values.
func (v Vector) Sum() float64 {
	var sum float64
	for _, s := range v {
		sum += s.Value
	}
	return sum
}

// String writes one series a line in Prometheus' notation, sorted, for messages.
func (v Vector) String() string {
	lines := make([]string, 0, len(v))
	for _, s := range v {
		lines = append(lines, s.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// String is the series in Prometheus' notation: name{label="value"} number.
func (s Sample) String() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		if name != "__name__" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, s.Labels[name]))
		}
	}
	return fmt.Sprintf("%s{%s} %s", s.Labels["__name__"], strings.Join(pairs, ","), strconv.FormatFloat(s.Value, 'g', -1, 64))
}
