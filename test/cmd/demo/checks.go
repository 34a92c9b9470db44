// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// The destinations that Istio's proxies name for what leaves the mesh.
const (
	passed  = `reporter="source",destination_service_name=~"PassthroughCluster|AllowAnyDynamicDNSCluster"`
	blocked = `reporter="source",destination_service_name="BlackHoleCluster"`
)

// check is a number that went in and the question whose answer it must be.
type check struct {
	what string
	want int64
	// question is PromQL, or a decision that the page is asked for.
	question string
	got      float64
}

func (c check) ok() bool { return c.got == float64(c.want) }

func (t *totals) checks() []check {
	return []check{
		{what: "HTTP and gRPC requests", want: t.all.requests, question: `sum(istio_requests_total)`},
		{what: "  passed to the outside", want: t.passed.requests, question: `sum(istio_requests_total{` + passed + `})`},
		{what: "  blocked", want: t.blocked.requests, question: `sum(istio_requests_total{` + blocked + `})`},
		{what: "  durations observed", want: t.all.requests, question: `sum(istio_request_duration_milliseconds_count)`},
		{what: "  bytes out", want: t.all.requestsOut, question: `sum(istio_request_bytes_sum)`},
		{what: "  bytes in", want: t.all.requestsIn, question: `sum(istio_response_bytes_sum)`},
		{what: "TCP connections opened", want: t.all.connections, question: `sum(istio_tcp_connections_opened_total)`},
		{what: "TCP connections closed", want: t.all.connections, question: `sum(istio_tcp_connections_closed_total)`},
		{what: "  passed to the outside", want: t.passed.connections, question: `sum(istio_tcp_connections_closed_total{` + passed + `})`},
		{what: "  blocked", want: t.blocked.connections, question: `sum(istio_tcp_connections_closed_total{` + blocked + `})`},
		{what: "  bytes out", want: t.all.tcpOut, question: `sum(istio_tcp_received_bytes_total)`},
		{what: "  bytes in", want: t.all.tcpIn, question: `sum(istio_tcp_sent_bytes_total)`},
	}
}

// ask fills in the answers.
func ask(ctx context.Context, prom *promclient.Client, checks []check) error {
	for i := range checks {
		var err error
		if checks[i].got, err = prom.Value(ctx, checks[i].question); err != nil {
			return err
		}
	}
	return nil
}

// wrong lists what does not add up.
func wrong(checks []check) error {
	bad := 0
	for _, c := range checks {
		if !c.ok() {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d totals are not what went in", bad, len(checks))
	}
	return nil
}
