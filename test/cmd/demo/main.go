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

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// recordsPerRequest is about what a proxy with some traffic sends each second.
const recordsPerRequest = 20

// flushTimeout bounds the wait for the last flush; the interval is 1 s.
const flushTimeout = 30 * time.Second

type options struct {
	gateway, prometheus string
	config, overlay     string
	captures            string
	stay                bool
}

func main() {
	var o options
	flag.StringVar(&o.gateway, "gateway", "_build/otelcol-istio", "the built gateway")
	flag.StringVar(&o.prometheus, "prometheus", "_build/bin/prometheus", "the small Prometheus, built from test/cmd/prometheus")
	flag.StringVar(&o.config, "config", "config/gateway.yaml", "the gateway's configuration")
	flag.StringVar(&o.overlay, "overlay", "testdata/captures/labels.yaml", "merged over it: the label names of the captures")
	flag.StringVar(&o.captures, "captures", "testdata/captures", "directory of recorded access logs")
	flag.BoolVar(&o.stay, "stay", false, "keep the page up until an interrupt")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, o options) (err error) {
	requests, expected, err := read(o.captures)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "otelcol-istio-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	prom, err := testbed.StartPrometheus(ctx, o.prometheus, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prom.Stop()) }()
	gateway, err := testbed.StartGateway(ctx, testbed.GatewayOptions{
		Binary:  o.gateway,
		Configs: []string{o.config, o.overlay},
		Env: map[string]string{
			"REMOTE_WRITE_ENDPOINT": prom.WriteURL(),
			"FLUSH_INTERVAL":        "1s",
			"INSTANCE_ID":           "demo",
		},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gateway.Stop()) }()

	if err := send(ctx, gateway.OTLP, requests); err != nil {
		return fmt.Errorf("%w\n%s", err, gateway.Process.Log())
	}
	if err := waitForFlush(ctx, prom, time.Now()); err != nil {
		return fmt.Errorf("%w\n%s", err, gateway.Process.Log())
	}
	if err := report(ctx, w, prom.Client, gateway.Page, expected); err != nil {
		return err
	}
	if o.stay {
		return stay(ctx, w, gateway)
	}
	fmt.Fprintln(w, "`make demo` does the same, and keeps the page up.")
	return nil
}

// stay keeps the gateway up until the context ends.
func stay(ctx context.Context, w io.Writer, gateway *testbed.Gateway) error {
	fmt.Fprintf(w, "The page: %s (Ctrl-C ends it)\n", gateway.Page)
	fmt.Fprintf(w, "For egressctl: export EGRESS_PAGE_URL=%s\n", gateway.Page)
	select {
	case <-ctx.Done():
		return nil
	case <-gateway.Process.Done():
		if ctx.Err() != nil {
			return nil // the interrupt reached the gateway, too
		}
		return fmt.Errorf("the gateway ended\n%s", gateway.Process.Log())
	}
}

// read loads the records, and what they add up to.
func read(captures string) ([]plog.Logs, *totals, error) {
	// Records of the folder `hostile` forge their columns: a matter of tests.
	var requests []plog.Logs
	expected := &totals{}
	for _, mesh := range []string{"sidecars", "dynamic-dns", "tcp-periodic", "ipv6", "recommended-labels"} {
		path := filepath.Join(captures, mesh, "labels.jsonl")
		recorded, err := otlpclient.ReadJSONL(path)
		if err != nil {
			return nil, nil, err
		}
		for _, logs := range recorded {
			if err := expected.add(logs); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", path, err)
			}
		}
		requests = append(requests, recorded...)
	}
	return otlpclient.Batch(requests, recordsPerRequest), expected, nil
}

func send(ctx context.Context, endpoint string, requests []plog.Logs) (err error) {
	client, err := otlpclient.Dial(endpoint)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	for _, logs := range requests {
		if err := client.Send(ctx, logs); err != nil {
			return err
		}
	}
	return nil
}

// waitForFlush waits until Prometheus has a whole flush that was collected after a
// time: it contains all that was sent before it. The requests of one flush arrive in any
// order, but no flush before the one ahead of it. So a flush is whole once the next one
// has begun to arrive.
func waitForFlush(ctx context.Context, prom *testbed.Prometheus, after time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	newer := float64(after.UnixMilli()) / 1000
	for range 2 {
		err := prom.Process.WaitReady(ctx, func(ctx context.Context) bool {
			collected, err := prom.Value(ctx, "max(timestamp(otelcol_istio_build_info))")
			if err != nil || collected <= newer {
				return false
			}
			newer = collected
			return true
		})
		if err != nil {
			return fmt.Errorf("wait for the gateway's flush: %w", err)
		}
	}
	return nil
}
