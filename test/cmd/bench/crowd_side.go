// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// crowdSide is a gateway that gets a crowd's records.
type crowdSide struct {
	crowd
	instance string
	gateway  *testbed.Gateway
	flood    flood.Flood
	rounds   []round
	peakRSS  int64
}

func startCrowdSide(ctx context.Context, c crowd, g testbed.GatewayOptions, o options) (*crowdSide, error) {
	gateway, err := testbed.StartGateway(ctx, g)
	if err != nil {
		return nil, err
	}
	s := &crowdSide{crowd: c, instance: g.Env["INSTANCE_ID"], gateway: gateway, flood: flood.Flood{
		Kind: c.kind, Records: crowdWarmUp, Destinations: c.distinct, PerRequest: crowdPerRequest, Workloads: o.connections, Workload: "shop",
	}}
	if err := s.flood.Send(ctx, gateway.OTLP); err != nil {
		return nil, errors.Join(err, gateway.Stop())
	}
	return s, nil
}

// turn sends the crowd's records from one number to before another.
func (s *crowdSide) turn(ctx context.Context, from, to int) error {
	before, err := s.gateway.Process.Usage()
	if err != nil {
		return err
	}
	start := time.Now()
	s.flood.First, s.flood.Records = crowdWarmUp+from, to-from
	if err := s.flood.Send(ctx, s.gateway.OTLP); err != nil {
		return err
	}
	wall := time.Since(start)
	after, err := s.gateway.Process.Usage()
	if err != nil {
		return err
	}
	s.peakRSS = after.PeakRSS
	s.rounds = append(s.rounds, round{records: int64(to - from), cpu: after.CPU() - before.CPU(), wall: wall})
	return nil
}

// end stops the gateway and tells what the crowd cost.
func (s *crowdSide) end(ctx context.Context, prom *promclient.Client) (*crowdResult, error) {
	var all round
	for _, r := range s.rounds {
		all.records, all.cpu, all.wall = all.records+r.records, all.cpu+r.cpu, all.wall+r.wall
	}
	r := &crowdResult{
		crowd: s.crowd, instance: s.instance, rounds: s.rounds,
		cpuPerRecord: all.cpuPerRecord(), perSecond: all.perSecond(), peakRSS: s.peakRSS,
	}
	if err := r.ask(ctx, s.gateway); err != nil {
		return nil, err
	}
	if err := s.gateway.Stop(); err != nil {
		return nil, err
	}
	return r, r.addLives(ctx, prom)
}
