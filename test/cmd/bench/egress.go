// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const (
	// egressRow and pageRow are names for --rows.
	egressRow = "egress-20"
	pageRow   = "page"

	// Rows of the ledger whose page is asked: one for each workload and host.
	pageWorkloads, pageHosts = 22, 1000
	pageAnswers              = 50
)

// runEgress compares the gateway with itself without the ledger, and asks a full page.
func runEgress(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) error {
	var errs []error
	if o.rows.match(egressRow) {
		errs = append(errs, runLedger(ctx, w, o, prom))
	}
	if o.rows.match(pageRow) {
		errs = append(errs, runPage(ctx, w, o, prom))
	}
	return errors.Join(errs...)
}

// runLedger has a side with the ledger and one without take turns. All records are of
// outside traffic.
func runLedger(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) error {
	o.baseline = o.this
	o.baseline.merged = append(slices.Clone(o.this.merged), o.withoutEgress)
	c := cell{format: formatAttributes, perRequest: 20, of: "egress"}
	r, err := c.run(ctx, o, prom)
	if err != nil {
		return fmt.Errorf("%s: %w", egressRow, err)
	}
	row := r.comparison()
	ratios := row.ratios()
	without, with := median(row.baseline, round.cpuPerRecord)/1e3, median(row.gateway, round.cpuPerRecord)/1e3
	fmt.Fprintf(w, "\nThe ledger, over %d interleaved rounds of attributes, 20 a request, all of outside traffic:\n", o.rounds)
	fmt.Fprintf(w, "  CPU us/record without %.2f, with %.2f, ratio %.2f (%.2f-%.2f); peak MiB without %d, with %d\n",
		without, with, medianOf(ratios), slices.Min(ratios), slices.Max(ratios), row.baselineRSS>>20, row.gatewayRSS>>20)
	return r.checkTotals(ctx, prom.Client)
}

// runPage fills the ledger of a gateway, and asks for a page of its rows.
func runPage(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) (err error) {
	options := gatewayOptions(o.this, pageRow, o, prom)
	options.Configs = append(options.Configs, "yaml:processors::istio_labels::limits::destination_host::limit: 100000")
	options.Env = maps.Clone(options.Env)
	options.Env["EGRESS_MAX_ROWS"] = "25000" // a tenth is kept for overflow rows
	gateway, err := testbed.StartGateway(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gateway.Stop()) }()
	for i := range pageWorkloads {
		f := flood.Flood{Kind: flood.Requests, Records: pageHosts, Destinations: pageHosts, PerRequest: 500, Workloads: 1, Workload: fmt.Sprintf("w%d-", i)}
		if err := f.Send(ctx, gateway.OTLP); err != nil {
			return err
		}
	}
	rows, err := gateway.Metric(ctx, "otelcol_connector_istio_egress_rows", "")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nThe page, 200 of %.0f rows, %d answers each:\n", rows, pageAnswers)
	for _, view := range []struct{ name, path string }{
		{"HTML", "/destinations?sort=count&order=desc&page=50"},
		{"JSON", "/api/v1/egress?sort=count&order=desc&page=50"},
	} {
		if err := timeAnswers(ctx, w, gateway, view.name, gateway.Page+view.path); err != nil {
			return err
		}
	}
	return nil
}

// timeAnswers prints what an answer costs.
func timeAnswers(ctx context.Context, w io.Writer, gateway *testbed.Gateway, name, url string) error {
	before, err := gateway.Process.Usage()
	if err != nil {
		return err
	}
	var walls []float64
	var size int64
	for range pageAnswers {
		start := time.Now()
		if size, err = read(ctx, url); err != nil {
			return err
		}
		walls = append(walls, time.Since(start).Seconds()*1e3)
	}
	after, err := gateway.Process.Usage()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "  %s %4d KiB: CPU ms %.1f, ms until it is there %.1f (%.1f-%.1f)\n",
		name, size>>10, (after.CPU()-before.CPU()).Seconds()*1e3/pageAnswers, medianOf(walls), slices.Min(walls), slices.Max(walls))
	return nil
}

func read(ctx context.Context, url string) (size int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return io.Copy(io.Discard, resp.Body)
}
