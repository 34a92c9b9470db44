package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/mesh"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// expectation is what Prometheus should hold: every series, by its name and
// labels in Prometheus' notation. Buckets are not among them; see missing.
type expectation struct {
	common labels // on every series
	series map[string]value
}

// value is a number, or only the fact that there is one.
type value struct {
	labels labels
	number float64
	vague  bool
}

func newExpectation(instance string) *expectation {
	return &expectation{
		common: labels{"job": "otelcol-istio", "instance": instance},
		series: map[string]value{},
	}
}

// add counts into a series; several kinds of traffic may share one.
func (e *expectation) add(metric string, v value, sets ...labels) {
	all := join(append(sets, e.common, labels{"__name__": metric})...)
	key := keyOf(all)
	sum := e.series[key]
	e.series[key] = value{all, sum.number + v.number, sum.vague || v.vague}
}

// observe counts n observations of a sum into a histogram.
func (e *expectation) observe(metric string, n float64, sum value, set labels) {
	e.add(metric+"_count", value{number: n}, set)
	e.add(metric+"_sum", sum, set)
}

// requests is what n HTTP or gRPC requests become in Istio's schema of today.
func (e *expectation) requests(n int, received, sent value, ip, set labels) {
	e.add("istio_requests_total", value{number: float64(n)}, set, ip)
	e.observe("istio_request_duration_milliseconds", float64(n), value{vague: true}, set)
	e.observe("istio_request_bytes", float64(n), received, set)
	e.observe("istio_response_bytes", float64(n), sent, set)
}

// messages is what n gRPC requests become besides.
func (e *expectation) messages(n int, m messages, set labels) {
	e.add("istio_request_messages_total", value{number: float64(n * m.request)}, set)
	e.add("istio_response_messages_total", value{number: float64(n * m.response)}, set)
}

// connections is what n TCP connections become.
func (e *expectation) connections(n int, b mesh.Bytes, ip, set labels) {
	e.add("istio_tcp_connections_opened_total", value{number: float64(n)}, set, ip)
	e.add("istio_tcp_connections_closed_total", value{number: float64(n)}, set, ip)
	e.add("istio_tcp_sent_bytes_total", value{number: float64(b.Response)}, set, ip)
	e.add("istio_tcp_received_bytes_total", value{number: float64(b.Request)}, set, ip)
}

// differences says what is missing, what should not be there and what has
// another value; nothing if all is as expected.
func (e *expectation) differences(got promclient.Vector) []string {
	var diffs []string
	found := map[string]bool{}
	buckets := map[string]float64{} // of each histogram, the last
	for _, s := range got {
		name := s.Labels["__name__"]
		if histogram, ok := strings.CutSuffix(name, "_bucket"); ok {
			key := keyOf(join(s.Labels, labels{"__name__": histogram + "_count", "le": ""}))
			buckets[key] = max(buckets[key], s.Value)
			continue
		}
		key := keyOf(s.Labels)
		found[key] = true
		want, ok := e.series[key]
		switch {
		case !ok:
			diffs = append(diffs, "unexpected: "+s.String()+e.nearest(s.Labels))
		case !want.vague && want.number != s.Value:
			diffs = append(diffs, fmt.Sprintf("want %v: %s", want.number, s))
		}
	}
	for key, want := range e.series {
		if !found[key] {
			diffs = append(diffs, fmt.Sprintf("missing: %s %v", key, want.number))
		}
		if strings.HasSuffix(want.labels["__name__"], "_count") && buckets[key] != want.number {
			diffs = append(diffs, fmt.Sprintf("want %v, got %v in the buckets of %s", want.number, buckets[key], key))
		}
		delete(buckets, key)
	}
	for key := range buckets {
		diffs = append(diffs, "unexpected buckets of "+key)
	}
	slices.Sort(diffs)
	return diffs
}

// nearest tells which labels are wrong, judged by the most similar series
// that is expected.
func (e *expectation) nearest(got labels) string {
	var best []string
	for _, want := range e.series {
		if want.labels["__name__"] != got["__name__"] {
			continue
		}
		var wrong []string
		for _, name := range slices.Sorted(maps.Keys(join(want.labels, got))) {
			if want.labels[name] != got[name] {
				wrong = append(wrong, fmt.Sprintf("%s is %q, want %q", name, got[name], want.labels[name]))
			}
		}
		if best == nil || len(wrong) < len(best) {
			best = wrong
		}
	}
	if len(best) == 0 {
		return ""
	}
	return "\n    nearest expected: " + strings.Join(best, "; ")
}

func keyOf(set labels) string {
	return strings.TrimSuffix(promclient.Sample{Labels: set}.String(), " 0")
}

// report ends the test with all differences, if there are some.
func report(t *testing.T, when string, diffs []string) {
	t.Helper()
	if len(diffs) > 0 {
		t.Fatalf("%d differences %s:\n%s", len(diffs), when, strings.Join(diffs, "\n"))
	}
}
