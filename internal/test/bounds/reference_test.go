// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"net/netip"
	"strings"
	"sync"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// row is a metric with labels that no limit takes anything from. Those that do
// not count are empty.
type row struct{ metric, namespace, workload, service, protocol, code string }

// total keeps a row's metric alone.
func (r row) total() row { return row{metric: r.metric} }

// kept is what an overflow series keeps of a row: who reports, and whether it was
// kept from leaving the mesh, or left. Histograms keep nothing.
func (r row) kept() row {
	if isHistogram(r.metric) {
		return r.total()
	}
	k := row{metric: r.metric, namespace: r.namespace, workload: r.workload}
	if contract.IsOutside(r.service) {
		k.service = r.service
	}
	return k
}

// sums add up by row, or by whatever else.
type sums[K comparable] map[K]float64

func isHistogram(component string) bool {
	return strings.HasSuffix(component, "_count") || strings.HasSuffix(component, "_sum")
}

// reference is an exact account of everything that was sent.
type reference struct {
	mu        sync.Mutex
	fine      sums[row]
	addresses sums[metricValue]
	hosts     sums[metricValue]
}

// metricValue is a metric and a value of one of its labels.
type metricValue struct{ metric, value string }

func newReference() *reference {
	return &reference{fine: sums[row]{}, addresses: sums[metricValue]{}, hosts: sums[metricValue]{}}
}

func (f *reference) add(records []record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range records {
		f.addOne(&records[i])
	}
}

func (f *reference) addOne(r *record) {
	protocol, code := "http", codeOf(r.code)
	if r.kind.tcp() {
		protocol, code = "tcp", ""
	}
	for metric, n := range r.moves() {
		f.fine[row{metric, r.namespace, r.workload, r.service(), protocol, code}] += float64(n)
		f.addresses[metricValue{metric, r.address.Unmap().String()}] += float64(n)
		host, _ := contract.Truncate(r.wanted())
		f.hosts[metricValue{metric, host}] += float64(n)
	}
}

// moves is what a record adds to each metric. Source: Istio's standard metrics.
func (r *record) moves() map[string]int {
	if r.kind.tcp() {
		return map[string]int{
			"istio_tcp_connections_opened_total": 1, "istio_tcp_connections_closed_total": 1,
			"istio_tcp_received_bytes_total": r.received, "istio_tcp_sent_bytes_total": r.sent,
		}
	}
	return map[string]int{
		"istio_requests_total":                      1,
		"istio_request_duration_milliseconds_count": 1, "istio_request_duration_milliseconds_sum": r.duration,
		"istio_request_bytes_count": 1, "istio_request_bytes_sum": r.received,
		"istio_response_bytes_count": 1, "istio_response_bytes_sum": r.sent,
	}
}

// within adds up what went to the addresses of a network.
func (f *reference) within(metric string, network netip.Prefix) (sum float64) {
	for of, n := range f.addresses {
		if of.metric == metric && network.Contains(netip.MustParseAddr(of.value)) {
			sum += n
		}
	}
	return sum
}

// by adds up again, by less.
func (s sums[K]) by(less func(K) K) sums[K] {
	out := sums[K]{}
	for k, n := range s {
		out[less(k)] += n
	}
	return out
}
