package main

import (
	"context"
	"fmt"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// countSeries asks how many series a cell's gateway has written.
func (r *result) countSeries(ctx context.Context, prom *promclient.Client) error {
	query := fmt.Sprintf(`count(last_over_time({__name__=~"istio_.+",instance=%q}[1h]))`, r.name())
	count, err := prom.Value(ctx, query)
	r.series = int64(count)
	return err
}

// checkTotals compares what Prometheus holds of a cell's gateway with what was
// sent to it.
func (r *result) checkTotals(ctx context.Context, prom *promclient.Client) error {
	for _, c := range []struct {
		metric string
		want   int64
	}{
		{"istio_requests_total", r.gateway.sent.requests},
		{"istio_tcp_connections_closed_total", r.gateway.sent.connections},
		{"istio_tcp_received_bytes_total", r.gateway.sent.tcpOut},
		{"istio_tcp_sent_bytes_total", r.gateway.sent.tcpIn},
	} {
		// The gateway has ended: its series may be, too.
		query := fmt.Sprintf(`sum(last_over_time(%s{instance=%q}[1h]))`, c.metric, r.name())
		got, err := prom.Value(ctx, query)
		if err != nil {
			return err
		}
		if got != float64(c.want) {
			return fmt.Errorf("%s of %s is %.0f, sent were %d", c.metric, r.name(), got, c.want)
		}
	}
	return nil
}
