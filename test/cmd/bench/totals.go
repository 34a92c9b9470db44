// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// countSeries asks how many series a cell's gateway has written.
func (r *result) countSeries(ctx context.Context, prom *promclient.Client) error {
	query := fmt.Sprintf(`count(last_over_time({__name__=~"istio_(request|response|tcp).+",instance=%q}[1h]))`, r.name())
	count, err := prom.Value(ctx, query)
	r.series = int64(count)
	return err
}

// checkTotals compares what Prometheus holds of a cell's gateways with what was
// sent to each.
func (r *result) checkTotals(ctx context.Context, prom *promclient.Client) error {
	err := r.gateway.checkTotals(ctx, prom, r.name())
	if r.baseline != nil {
		err = errors.Join(err, r.baseline.checkTotals(ctx, prom, baselineInstance(r.name())))
	}
	return err
}

func (s *side) checkTotals(ctx context.Context, prom *promclient.Client, instance string) error {
	for _, c := range []struct {
		metric string
		want   int64
	}{
		{"istio_requests_total", s.sent.requests},
		{"istio_tcp_connections_closed_total", s.sent.connections},
		{"istio_tcp_received_bytes_total", s.sent.tcpOut},
		{"istio_tcp_sent_bytes_total", s.sent.tcpIn},
	} {
		// The gateway has ended: its series may be, too.
		query := fmt.Sprintf(`sum(last_over_time(%s{instance=%q}[1h]))`, c.metric, instance)
		got, err := prom.Value(ctx, query)
		if err != nil {
			return err
		}
		if got != float64(c.want) {
			return fmt.Errorf("%s of %s is %.0f, sent were %d", c.metric, instance, got, c.want)
		}
	}
	return nil
}
