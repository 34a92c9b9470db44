// SPDX-License-Identifier: Apache-2.0

package expect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// Set is what Prometheus should hold: every series, by its name and labels in
// Prometheus' notation. Buckets are not among them; see Differences.
type Set struct {
	common Labels // on every series
	series map[string]entry
}

type entry struct {
	Value
	labels Labels
}

// Value is a number, or only the fact that there is one.
type Value struct {
	Number float64
	Vague  bool
}

// New makes an empty set of series that all have these labels.
func New(common Labels) *Set {
	return &Set{common: common, series: map[string]entry{}}
}

// Add counts into a series; several kinds of traffic may share one.
func (s *Set) Add(metric string, v Value, sets ...Labels) {
	all := Join(append(sets, s.common, Labels{"__name__": metric})...)
	key := keyOf(all)
	sum := s.series[key].Value
	s.series[key] = entry{Value{sum.Number + v.Number, sum.Vague || v.Vague}, all}
}

// Observe counts n observations of a sum into a histogram.
func (s *Set) Observe(metric string, n float64, sum Value, set Labels) {
	s.Add(metric+"_count", Value{Number: n}, set)
	s.Add(metric+"_sum", sum, set)
}

// Requests is what n HTTP or gRPC requests become in Istio's schema of today.
func (s *Set) Requests(n int, received, sent Value, ip, set Labels) {
	s.Add("istio_requests_total", Value{Number: float64(n)}, set, ip)
	s.Observe("istio_request_duration_milliseconds", float64(n), Value{Vague: true}, set)
	s.Observe("istio_request_bytes", float64(n), received, set)
	s.Observe("istio_response_bytes", float64(n), sent, set)
}

// Messages is what gRPC requests become besides.
func (s *Set) Messages(received, sent int, set Labels) {
	s.Add("istio_request_messages_total", Value{Number: float64(received)}, set)
	s.Add("istio_response_messages_total", Value{Number: float64(sent)}, set)
}

// Connections is what n TCP connections become.
func (s *Set) Connections(n int, received, sent int64, ip, set Labels) {
	s.Add("istio_tcp_connections_opened_total", Value{Number: float64(n)}, set, ip)
	s.Add("istio_tcp_connections_closed_total", Value{Number: float64(n)}, set, ip)
	s.Add("istio_tcp_sent_bytes_total", Value{Number: float64(sent)}, set, ip)
	s.Add("istio_tcp_received_bytes_total", Value{Number: float64(received)}, set, ip)
}

// Difference is a series that is missing, should not be there, or has another
// value.
type Difference struct {
	// Text says what is wrong, in one line or several.
	Text string
	// Labels are those of the series in question.
	Labels Labels
}

func (d Difference) String() string { return d.Text }

// Differences compares; nothing if all is as expected. The buckets of a
// histogram must hold what its count does.
func (s *Set) Differences(got promclient.Vector) []Difference {
	var diffs []Difference
	found := map[string]bool{}
	buckets := map[string]float64{} // of each histogram, the last
	var unexpected promclient.Vector
	for _, sample := range got {
		name := sample.Labels["__name__"]
		if histogram, ok := strings.CutSuffix(name, "_bucket"); ok {
			key := keyOf(Join(sample.Labels, Labels{"__name__": histogram + "_count", "le": ""}))
			buckets[key] = max(buckets[key], sample.Value)
			continue
		}
		key := keyOf(sample.Labels)
		found[key] = true
		want, ok := s.series[key]
		switch {
		case !ok:
			unexpected = append(unexpected, sample)
		case !want.Vague && want.Number != sample.Value:
			diffs = append(diffs, Difference{fmt.Sprintf("want %v: %s", want.Number, sample), sample.Labels})
		}
	}
	for _, sample := range unexpected {
		diffs = append(diffs, Difference{"unexpected: " + sample.String() + s.nearest(sample.Labels, found), sample.Labels})
	}
	for key, want := range s.series {
		if !found[key] {
			diffs = append(diffs, Difference{fmt.Sprintf("missing: %s %v", key, want.Number), want.labels})
		}
		if strings.HasSuffix(want.labels["__name__"], "_count") && buckets[key] != want.Number {
			diffs = append(diffs, Difference{fmt.Sprintf("want %v, got %v in the buckets of %s", want.Number, buckets[key], key), want.labels})
		}
		delete(buckets, key)
	}
	for key := range buckets {
		diffs = append(diffs, Difference{"unexpected buckets of " + key, nil})
	}
	slices.SortFunc(diffs, func(a, b Difference) int { return strings.Compare(a.Text, b.Text) })
	return diffs
}

func keyOf(set Labels) string {
	return strings.TrimSuffix(promclient.Sample{Labels: set}.String(), " 0")
}
