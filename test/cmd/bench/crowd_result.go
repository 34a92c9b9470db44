// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// crowdResult is what a crowd cost.
type crowdResult struct {
	crowd
	instance                string
	rounds                  []round
	cpuPerRecord, perSecond float64
	peakRSS                 int64
	values, limit, series   float64
	distinctSeen            float64
	lives                   promclient.Lives
}

// ask reads what the gateway says of itself.
func (r *crowdResult) ask(ctx context.Context, g *testbed.Gateway) error {
	label, _ := r.limited()
	label = fmt.Sprintf("label=%q", label)
	for _, q := range []struct {
		metric, label string
		into          *float64
	}{
		{"otelcol_processor_istio_labels_limit_values", label, &r.values},
		{"otelcol_processor_istio_labels_limit", label, &r.limit},
		{"otelcol_processor_istio_labels_limit_distinct", label, &r.distinctSeen},
		{"otelcol_connector_istio_metrics_series", "", &r.series},
	} {
		value, err := g.Metric(ctx, q.metric, q.label)
		if err != nil {
			return err
		}
		*q.into = value
	}
	return nil
}

// addLives adds up what Prometheus holds: a value may have lost its slot and won
// it back.
func (r *crowdResult) addLives(ctx context.Context, prom *promclient.Client) error {
	const lookBack = time.Hour
	_, metric := r.limited()
	all, err := prom.Samples(ctx, fmt.Sprintf(`{__name__=~"istio_(request|response|tcp).+_total",instance=%q}`, r.instance), lookBack)
	if err != nil {
		return err
	}
	counted, err := prom.Samples(ctx, fmt.Sprintf(`%s{instance=%q}`, metric, r.instance), lookBack)
	r.lives = promclient.AddLives(all, counted)
	return err
}

func printCrowdHeading(w io.Writer, o options) {
	fmt.Fprintf(w, "\nHow many different destinations there are: lines of text, %d a request on %d connections, to a gateway with\n", crowdPerRequest, o.connections)
	fmt.Fprintf(w, "%s%s, for each row a new one. Values and series are those in the end, resting values included; lives\n", o.this.config, with(o.env))
	fmt.Fprintf(w, "are those of series in Prometheus whose last values add up to what was sent.\n\n")
	fmt.Fprintf(w, "%-13s %9s | %13s  %5s | %10s | %16s %9s | %7s  %15s | %8s\n",
		"destinations", "records", "CPU us/record", "ratio", "1000 rec/s", "values of limit", "distinct", "series", "lives of series", "peak MiB")
}

func (r *crowdResult) print(w io.Writer, first *crowdResult) {
	fmt.Fprintf(w, "%-13s %9d | %13.2f  %5.2f | %10.0f | %8.0f of %4.0f  %9.0f | %7.0f  %7d of %4d | %8d\n",
		r.label(), r.records, r.cpuPerRecord/1e3, r.cpuPerRecord/first.cpuPerRecord, r.perSecond/1e3,
		r.values, r.limit, r.distinctSeen, r.series, r.lives.Lives, r.lives.Series, r.peakRSS>>20)
}
