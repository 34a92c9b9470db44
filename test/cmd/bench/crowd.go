// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
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

func runCrowds(ctx context.Context, w io.Writer, o options, prom *testbed.Prometheus) (rows []comparison, err error) {
	var first *crowdResult
	for _, c := range crowds {
		if !o.rows.match(c.name()) {
			continue
		}
		if first == nil {
			printCrowdHeading(w, o)
		}
		r, baseline, err := c.run(ctx, o, prom)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", c.name(), err)
		}
		if first == nil || first.kind != c.kind {
			first = r
		}
		r.print(w, first)
		row := comparison{name: c.name(), gateway: r.rounds, gatewayRSS: r.peakRSS}
		if baseline != nil {
			row.baseline, row.baselineRSS = baseline.rounds, baseline.peakRSS
		}
		rows = append(rows, row)
		for _, r := range []*crowdResult{r, baseline} {
			if want := float64(c.records + crowdWarmUp); r != nil && r.lives.Total != want {
				return rows, fmt.Errorf("%s: %v, sent were %.0f", r.instance, r.lives, want)
			}
		}
	}
	return rows, nil
}

// run sends a crowd's records to a gateway of its own, and to a baseline if there
// is one, which is nil if not. They take turns.
func (c crowd) run(ctx context.Context, o options, prom *testbed.Prometheus) (gateway, baseline *crowdResult, err error) {
	var sides []*crowdSide
	defer func() {
		for _, s := range sides {
			err = errors.Join(err, s.gateway.Stop()) // a second call only tells how it ended
		}
	}()
	start := func(b build, instance string) error {
		s, err := startCrowdSide(ctx, c, gatewayOptions(b, instance, o, prom), o)
		if err == nil {
			sides = append(sides, s)
		}
		return err
	}
	if err := start(o.this, c.name()); err != nil {
		return nil, nil, err
	}
	if o.baseline.program != "" {
		if err := start(o.baseline, baselineInstance(c.name())); err != nil {
			return nil, nil, fmt.Errorf("baseline: %w", err)
		}
	}
	for i := range o.rounds {
		for _, s := range inTurn(sides, i) {
			if err := s.turn(ctx, c.records*i/o.rounds, c.records*(i+1)/o.rounds); err != nil {
				return nil, nil, err
			}
		}
	}
	results := [2]*crowdResult{}
	for i, s := range sides {
		if results[i], err = s.end(ctx, prom.Client); err != nil {
			return nil, nil, err
		}
	}
	return results[0], results[1], nil
}
