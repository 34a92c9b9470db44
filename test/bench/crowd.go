package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// crowd is records to a number of different destinations.
type crowd struct {
	kind     flood.Kind
	distinct int
	records  int
}

// Those of one kind are compared with the first one.
var crowds = []crowd{
	{flood.Connections, 1_000, 3_000_000},
	{flood.Connections, 100_000, 3_000_000},
	{flood.Connections, 10_000_000, 10_000_000},
	{flood.Requests, 1_000, 2_000_000},
	{flood.Requests, 1_000_000, 2_000_000},
}

const (
	crowdPerRequest = 500
	// crowdWarmUp is sent before anything is measured.
	crowdWarmUp = 100_000
)

func (c crowd) label() string {
	what := "addresses"
	if c.kind == flood.Requests {
		what = "hosts"
	}
	return fmt.Sprintf("%s 1e%d", what, int(math.Round(math.Log10(float64(c.distinct)))))
}

func (c crowd) name() string { return strings.ReplaceAll(c.label(), " ", "-") }

// limited is the label whose limit bites, and metric what is counted of a record.
func (c crowd) limited() (label, metric string) {
	if c.kind == flood.Requests {
		return "destination_service", "istio_requests_total"
	}
	return "destination_ip", "istio_tcp_connections_closed_total"
}

// crowdResult is what a crowd cost.
type crowdResult struct {
	crowd
	cpuPerRecord, perSecond float64
	peakRSS                 int64
	values, limit, series   float64
	distinctSeen            float64
	lives                   promclient.Lives
}

func runCrowds(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) error {
	var first *crowdResult
	for _, c := range crowds {
		if !strings.Contains(c.name(), o.only) {
			continue
		}
		if first == nil {
			printCrowdHeading(w, o)
		}
		r, err := c.run(ctx, o, prom)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name(), err)
		}
		if first == nil || first.kind != c.kind {
			first = r
		}
		r.print(w, first)
		if want := float64(c.records + crowdWarmUp); r.lives.Total != want {
			return fmt.Errorf("%s: %v, sent were %.0f", c.name(), r.lives, want)
		}
	}
	return nil
}

// run sends a crowd's records to a gateway of its own.
func (c crowd) run(ctx context.Context, o options, prom *testbed.Prometheus) (_ *crowdResult, err error) {
	g, err := testbed.StartGateway(ctx, cellOptions(c.name(), o, prom))
	if err != nil {
		return nil, err
	}
	stopped := false
	defer func() {
		if !stopped {
			err = errors.Join(err, g.Stop())
		}
	}()
	f := flood.Flood{Kind: c.kind, Records: crowdWarmUp, Destinations: c.distinct, PerRequest: crowdPerRequest, Workloads: o.connections, Workload: "shop"}
	if err := f.Send(ctx, g.OTLP); err != nil {
		return nil, err
	}
	before, err := g.Process.Usage()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	f.First, f.Records = f.Records, c.records
	if err := f.Send(ctx, g.OTLP); err != nil {
		return nil, err
	}
	wall := time.Since(start)
	after, err := g.Process.Usage()
	if err != nil {
		return nil, err
	}
	r := &crowdResult{
		crowd:        c,
		cpuPerRecord: float64((after.CPU() - before.CPU()).Nanoseconds()) / float64(c.records),
		perSecond:    float64(c.records) / wall.Seconds(),
		peakRSS:      after.PeakRSS,
	}
	if err := r.ask(ctx, g); err != nil {
		return nil, err
	}
	stopped = true
	if err := g.Stop(); err != nil {
		return nil, err
	}
	return r, r.addLives(ctx, prom.Client)
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
	all, err := prom.Samples(ctx, fmt.Sprintf(`{__name__=~"istio_.+_total",instance=%q}`, r.name()), lookBack)
	if err != nil {
		return err
	}
	counted, err := prom.Samples(ctx, fmt.Sprintf(`%s{instance=%q}`, metric, r.name()), lookBack)
	r.lives = promclient.AddLives(all, counted)
	return err
}

func printCrowdHeading(w io.Writer, o options) {
	fmt.Fprintf(w, "\nHow many different destinations there are: lines of text, %d a request on %d connections, to a gateway with\n", crowdPerRequest, o.connections)
	fmt.Fprintf(w, "%s%s, for each row a new one. Values and series are those in the end, resting values included; lives\n", o.config, with(o.env))
	fmt.Fprintf(w, "are those of series in Prometheus whose last values add up to what was sent.\n\n")
	fmt.Fprintf(w, "%-13s %9s | %13s  %5s | %10s | %16s %9s | %7s  %15s | %8s\n",
		"destinations", "records", "CPU us/record", "ratio", "1000 rec/s", "values of limit", "distinct", "series", "lives of series", "peak MiB")
}

func (r *crowdResult) print(w io.Writer, first *crowdResult) {
	fmt.Fprintf(w, "%-13s %9d | %13.2f  %5.2f | %10.0f | %8.0f of %4.0f  %9.0f | %7.0f  %7d of %4d | %8d\n",
		r.label(), r.records, r.cpuPerRecord/1e3, r.cpuPerRecord/first.cpuPerRecord, r.perSecond/1e3,
		r.values, r.limit, r.distinctSeen, r.series, r.lives.Lives, r.lives.Series, r.peakRSS>>20)
}
