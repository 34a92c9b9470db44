package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

type options struct {
	gateway, prometheus          string
	config, stock, pprof         string
	rounds, connections          int
	round                        time.Duration
	only, profile, pprofEndpoint string
	env, stockEnv                envFlag
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
	o := options{env: envFlag{"DESTINATION_IP": "on"}, stockEnv: envFlag{}}
	flag.StringVar(&o.gateway, "gateway", "_build/otelcol-istio", "the built distribution, which is both sides")
	flag.StringVar(&o.prometheus, "prometheus", "_build/bin/prometheus", "the small Prometheus, built from test/prometheus")
	flag.StringVar(&o.config, "config", "config/gateway.yaml", "configuration of the gateway")
	flag.StringVar(&o.stock, "stock", "test/bench/stock.yaml", "configuration of the stock side")
	flag.StringVar(&o.pprof, "pprof-config", "test/bench/pprof.yaml", "merged over the gateway's with --profile")
	flag.IntVar(&o.rounds, "rounds", 5, "turns of each side")
	flag.DurationVar(&o.round, "round", 800*time.Millisecond, "length of a turn")
	flag.IntVar(&o.connections, "connections", 4, "connections that send at the same time")
	flag.StringVar(&o.only, "only", "", "run only the cells whose name (text-20, attributes-500, als-20-x1000, addresses-1e7, hosts-1e6, ...) holds this")
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
	prom, err := testbed.StartPrometheus(ctx, o.prometheus, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prom.Stop()) }()

	printHeading(os.Stdout, o)
	var errs []error
	for _, c := range cells {
		if !strings.Contains(c.name(), o.only) {
			continue
		}
		r, err := c.run(ctx, o, prom)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name(), err)
		}
		if err := r.countSeries(ctx, prom.Client); err != nil {
			return err
		}
		r.print(os.Stdout)
		errs = append(errs, r.checkTotals(ctx, prom.Client))
	}
	errs = append(errs, runCrowds(ctx, os.Stdout, o, prom))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Println("\nNothing was lost: the totals in Prometheus are what was sent.")
	return nil
}

// envFlag collects NAME=VALUE.
type envFlag map[string]string

// String lists them by name.
func (e envFlag) String() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		all = append(all, name+"="+e[name])
	}
	return strings.Join(all, " ")
}

// Set takes one NAME=VALUE.
func (e envFlag) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	e[name] = value
	return nil
}
