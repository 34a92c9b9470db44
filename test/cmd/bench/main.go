// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

type options struct {
	this, baseline         build
	prometheus             string
	stock, pprof           string
	withoutEgress          string
	rounds, connections    int
	round                  time.Duration
	rows                   rowsFlag
	profile, pprofEndpoint string
	env, stockEnv          envFlag
	// state is a folder for what gateways store.
	state string
}

// build is a built gateway and its configuration.
type build struct {
	program, config string
	// merged are merged over the configuration.
	merged filesFlag
}

var cells = []cell{
	{format: formatText, perRequest: 20},
	{format: formatText, perRequest: 500},
	{format: formatAttributes, perRequest: 20},
	{format: formatAttributes, perRequest: 500},
	{format: formatALS, perRequest: 20},
	{format: formatALS, perRequest: 500},
	{format: formatALS, perRequest: 20, connections: 1000, rate: 20_000},
}

func main() {
	o := options{env: envFlag{"DESTINATION_IP": "on", "DESTINATION_HOST": "on"}, stockEnv: envFlag{}}
	flag.StringVar(&o.this.program, "gateway", "_build/otelcol-istio", "the built distribution, which is both sides")
	flag.StringVar(&o.prometheus, "prometheus", "_build/bin/prometheus", "the small Prometheus, built from test/cmd/prometheus")
	flag.StringVar(&o.this.config, "config", "config/gateway.yaml", "configuration of the gateway")
	flag.Var(&o.this.merged, "merge", "file to merge over the gateway's configuration, but not over the baseline's, as often as needed: with config/storage.yaml, and the same program as --baseline, the bench says what the storage costs")
	flag.StringVar(&o.baseline.program, "baseline", "", "another build of the distribution that the gateway is compared with, row by row")
	flag.StringVar(&o.baseline.config, "baseline-config", "config/gateway.yaml", "configuration of the baseline: that of its own commit, if keys have changed since")
	flag.StringVar(&o.stock, "stock", "test/cmd/bench/stock.yaml", "configuration of the stock side")
	flag.StringVar(&o.pprof, "pprof-config", "test/cmd/bench/pprof.yaml", "merged over the gateway's with --profile")
	flag.StringVar(&o.withoutEgress, "without-egress", "test/cmd/bench/without-egress.yaml", "merged over the gateway's for the side without the ledger")
	flag.IntVar(&o.rounds, "rounds", 5, "turns of each side, at least 1")
	flag.DurationVar(&o.round, "round", 800*time.Millisecond, "length of a turn")
	flag.IntVar(&o.connections, "connections", 4, "connections that send at the same time")
	flag.Var(&o.rows, "rows", "regular expression: run only the rows whose name (text-20, attributes-500, als-20-x1000, addresses-1e7, hosts-1e6, egress-20, page, ...) has a match")
	flag.StringVar(&o.profile, "profile", "", "write CPU and allocation profiles of the gateway into this directory; the numbers are worth less then")
	flag.Var(o.env, "env", "NAME=VALUE for the gateway, as often as needed (FLUSH_INTERVAL=1s, GOGC=400)")
	flag.Var(o.stockEnv, "stock-env", "NAME=VALUE for the stock side, as often as needed (GOGC=400, which go_gc gives the gateway)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.rounds < 1 {
		return fmt.Errorf("--rounds must be at least 1, got %d", o.rounds)
	}
	if !o.rows.matchAny() {
		return fmt.Errorf("--rows: no row's name matches %q", o.rows.String())
	}
	if o.profile != "" {
		ports, err := proc.FreePorts(1)
		if err != nil {
			return err
		}
		o.pprofEndpoint = fmt.Sprintf("127.0.0.1:%d", ports[0])
		if err := os.MkdirAll(o.profile, 0o755); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "otelcol-istio-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o.state = filepath.Join(dir, "state")
	prom, err := testbed.StartPrometheus(ctx, o.prometheus, filepath.Join(dir, "prometheus"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prom.Stop()) }()

	cellRows, cellErr := runCells(ctx, os.Stdout, o, prom)
	crowdRows, crowdErr := runCrowds(ctx, os.Stdout, o, prom)
	egressErr := runEgress(ctx, os.Stdout, o, prom)
	if o.baseline.program != "" {
		printComparisons(os.Stdout, o, append(cellRows, crowdRows...))
	}
	if err := errors.Join(cellErr, crowdErr, egressErr); err != nil {
		return err
	}
	fmt.Println("\nNothing was lost: the totals in Prometheus are what was sent.")
	return nil
}

// runCells runs the rows of the first table. An error does not keep what was
// measured from being compared.
func runCells(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) (rows []comparison, err error) {
	var errs []error
	for _, c := range cells {
		if !o.rows.match(c.name()) {
			continue
		}
		if len(rows) == 0 {
			printHeading(w, o)
		}
		r, err := c.run(ctx, o, prom)
		if err != nil {
			return rows, errors.Join(append(errs, fmt.Errorf("%s: %w", c.name(), err))...)
		}
		if err := r.countSeries(ctx, prom.Client); err != nil {
			return rows, errors.Join(append(errs, err)...)
		}
		r.print(w)
		rows = append(rows, r.comparison())
		errs = append(errs, r.checkTotals(ctx, prom.Client))
	}
	return rows, errors.Join(errs...)
}
