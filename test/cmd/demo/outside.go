// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// outside selects what left the mesh or tried to, as the sender's proxy saw it.
const outside = `{reporter="source",destination_service_name=~"PassthroughCluster|AllowAnyDynamicDNSCluster|BlackHoleCluster"}`

// flow is one line of the answer to "who talked to whom outside".
type flow struct {
	from, to, cluster     string
	addresses, results    map[string]bool
	requests, connections float64
	out, in               float64
}

// outsideFlows asks Prometheus for all traffic to the outside.
func outsideFlows(ctx context.Context, prom *promclient.Client) ([]*flow, error) {
	flows := map[string]*flow{}
	for _, q := range []struct {
		metric string
		add    func(*flow, float64)
	}{
		{"istio_requests_total", func(f *flow, v float64) { f.requests += v }},
		{"istio_request_bytes_sum", func(f *flow, v float64) { f.out += v }},
		{"istio_response_bytes_sum", func(f *flow, v float64) { f.in += v }},
		{"istio_tcp_connections_closed_total", func(f *flow, v float64) { f.connections += v }},
		{"istio_tcp_received_bytes_total", func(f *flow, v float64) { f.out += v }},
		{"istio_tcp_sent_bytes_total", func(f *flow, v float64) { f.in += v }},
	} {
		samples, err := prom.Query(ctx, q.metric+outside)
		if err != nil {
			return nil, err
		}
		for _, s := range samples {
			q.add(flowOf(flows, s.Labels), s.Value)
		}
	}
	return slices.SortedFunc(maps.Values(flows), func(a, b *flow) int {
		return cmp.Or(strings.Compare(a.from, b.from), strings.Compare(a.cluster, b.cluster), strings.Compare(a.to, b.to))
	}), nil
}

// flowOf finds or makes the line for a series. Several series are one line:
// their codes, flags and addresses are listed in it.
func flowOf(flows map[string]*flow, labels map[string]string) *flow {
	f := &flow{
		from:      labels["source_workload_namespace"] + "/" + labels["source_workload"],
		to:        labels["destination_service"],
		cluster:   labels["destination_service_name"],
		addresses: map[string]bool{},
		results:   map[string]bool{},
	}
	if labels["request_protocol"] == "tcp" {
		f.to = "tcp " + labels["destination_ip"]
	}
	key := f.from + "\x00" + f.to + "\x00" + f.cluster
	if known, ok := flows[key]; ok {
		f = known
	}
	flows[key] = f
	if ip := labels["destination_ip"]; ip != "" {
		f.addresses[ip] = true
	}
	f.results[cmp.Or(strings.Trim(labels["response_code"]+" "+labels["response_flags"], " -"), "-")] = true
	return f
}

// destination names the host, and its addresses where it is not one itself.
func (f *flow) destination() string {
	host := strings.Trim(f.to, "[]")
	if len(f.addresses) == 0 || strings.HasPrefix(f.to, "tcp ") || f.addresses[host] {
		return f.to
	}
	return fmt.Sprintf("%s (%s)", f.to, joined(f.addresses))
}

// decision is the page's word for what became of the traffic.
func (f *flow) decision() string {
	if f.cluster == "BlackHoleCluster" {
		return "blocked"
	}
	return "passed"
}

func joined(set map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(set)), ", ") }
