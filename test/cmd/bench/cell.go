// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// The formats of records.
const (
	formatText       = "text"
	formatAttributes = "attributes"
	formatALS        = "als"
)

// cell is one shape of requests.
type cell struct {
	format     string
	perRequest int
	// connections are those of a side, if not what the options say. An ALS
	// connection is one of another proxy.
	connections int
	// rate is how many records a second come; 0 means as many as can.
	rate int
	// of names another table than the first one that the cell is of.
	of string
}

func (c cell) name() string {
	name := fmt.Sprintf("%s-%d", c.format, c.perRequest)
	if c.of != "" {
		name = c.of + "-" + name
	}
	if c.connections > 0 {
		name += fmt.Sprintf("-x%d", c.connections)
	}
	return name
}

// stock is the cell as the stock side gets it, which knows no ALS.
func (c cell) stock() cell {
	if c.format == formatALS {
		c.format = formatAttributes
	}
	return c
}

// result is a cell with both its sides, stopped.
type result struct {
	cell
	bytesPerRecord float64
	stock, gateway *side
	// baseline is nil if there is none to compare with.
	baseline *side
	// beforeEnd is the gateway's CPU time before it was told to end.
	beforeEnd time.Duration
	// series is how many the gateway has written.
	series int64
}

// lastFlush is what the end of the gateway cost: one flush of every series.
func (r *result) lastFlush() time.Duration { return r.gateway.gateway.Process.FinalCPU() - r.beforeEnd }

// run measures a cell: the sides take turns.
func (c cell) run(ctx context.Context, o options, prom *testbed.Prometheus) (_ *result, err error) {
	r := &result{cell: c}
	r.stock, err = startSide(ctx, testbed.GatewayOptions{Binary: o.this.program, Configs: []string{o.stock}, Env: o.stockEnv, NoHealthCheck: true}, c.stock(), o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.stock.stop()) }()
	if o.baseline.program != "" {
		r.baseline, err = startSide(ctx, gatewayOptions(o.baseline, baselineInstance(c.name()), o, prom), c, o)
		if err != nil {
			return nil, fmt.Errorf("baseline: %w", err)
		}
		defer func() { err = errors.Join(err, r.baseline.stop()) }()
	}
	options := gatewayOptions(o.this, c.name(), o, prom)
	if o.profile != "" {
		options.Configs = append(options.Configs, o.pprof)
		options.Env["PPROF_ENDPOINT"] = o.pprofEndpoint
	}
	r.gateway, err = startSide(ctx, options, c, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.gateway.stop()) }()
	r.bytesPerRecord = bytesPerRecord(r.gateway.load.requests)
	if err := r.turns(ctx, o); err != nil {
		return nil, err
	}
	usage, err := r.gateway.gateway.Process.Usage()
	r.beforeEnd = usage.CPU()
	return r, err
}

// gatewayOptions are those of a gateway under load whose series have this instance.
func gatewayOptions(b build, instance string, o options, prom *testbed.Prometheus) testbed.GatewayOptions {
	env := map[string]string{
		"REMOTE_WRITE_ENDPOINT": prom.WriteURL(),
		"INSTANCE_ID":           instance,
		"STATE_DIRECTORY":       filepath.Join(o.state, instance), // of storage.yaml
	}
	maps.Copy(env, o.env)
	return testbed.GatewayOptions{Binary: b.program, Configs: append([]string{b.config}, b.merged...), Env: env}
}

// baselineInstance is the instance of a row's baseline; that of its gateway is
// the row's name.
func baselineInstance(row string) string { return row + "-baseline" }

// sides are those that take turns.
func (r *result) sides() []*side {
	if r.baseline == nil {
		return []*side{r.stock, r.gateway}
	}
	return []*side{r.stock, r.baseline, r.gateway}
}

func (r *result) turns(ctx context.Context, o options) error {
	sides := r.sides()
	for _, s := range sides {
		if err := s.warmUp(ctx, o.round/2); err != nil {
			return err
		}
	}
	profiled := make(chan error, 1)
	if o.profile != "" {
		go func() { profiled <- fetchProfile(ctx, o, r.cell, time.Duration(o.rounds*len(sides))*o.round) }()
	} else {
		profiled <- nil
	}
	for i := range o.rounds {
		for _, s := range inTurn(sides, i) {
			if err := s.turn(ctx, o.round); err != nil {
				return err
			}
		}
	}
	return <-profiled
}

func bytesPerRecord(requests []request) float64 {
	var bytes, records int64
	for _, r := range requests {
		bytes += int64(len(r.bytes))
		records += r.amount.records
	}
	return float64(bytes) / float64(records)
}
