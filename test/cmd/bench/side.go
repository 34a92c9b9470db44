// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

const (
	drainTimeout = 30 * time.Second
	drainPoll    = 20 * time.Millisecond
)

// side is one of those that are compared.
type side struct {
	gateway *testbed.Gateway
	load    *load
	sent    amount
	rounds  []round
	peakRSS int64
	// cpu is the process' CPU time when the side was last seen.
	cpu time.Duration
	// warm is what had been spent and sent when the rounds began: no record of
	// theirs pays for it.
	warm struct {
		cpu     time.Duration
		records int64
	}
}

// round is one turn under load.
type round struct {
	records   int64
	cpu, wall time.Duration
}

func (r round) cpuPerRecord() float64 { return float64(r.cpu.Nanoseconds()) / float64(r.records) }
func (r round) perSecond() float64    { return float64(r.records) / r.wall.Seconds() }

func startSide(ctx context.Context, g testbed.GatewayOptions, c cell, o options) (*side, error) {
	requests, err := newRequests(c)
	if err != nil {
		return nil, err
	}
	gateway, err := testbed.StartGateway(ctx, g)
	if err != nil {
		return nil, err
	}
	l, err := newLoad(gateway, c, o, requests)
	if err != nil {
		return nil, errors.Join(err, gateway.Stop())
	}
	return &side{gateway: gateway, load: l}, nil
}

// warmUp is a turn that is not a round.
func (s *side) warmUp(ctx context.Context, d time.Duration) error {
	if err := s.turn(ctx, d); err != nil {
		return err
	}
	s.rounds = nil
	s.warm.cpu, s.warm.records = s.cpu, s.sent.records
	return nil
}

// turn puts the side under load for a time.
func (s *side) turn(ctx context.Context, d time.Duration) error {
	before, err := s.gateway.Process.Usage()
	if err != nil {
		return err
	}
	start := time.Now()
	sent, err := s.load.run(ctx, d)
	s.sent.add(sent, 1)
	if err != nil {
		return err
	}
	if err := s.drained(ctx); err != nil {
		return err
	}
	wall := time.Since(start)
	after, err := s.gateway.Process.Usage()
	if err != nil {
		return err
	}
	s.peakRSS, s.cpu = after.PeakRSS, after.CPU()
	s.rounds = append(s.rounds, round{records: sent.records, cpu: after.CPU() - before.CPU(), wall: wall})
	return nil
}

// drained waits until the gateway has taken what was sent by ALS, which nothing
// tells the sender.
func (s *side) drained(ctx context.Context) error {
	if !s.load.unanswered {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	for {
		// The last component of the pipeline has them when all others have.
		taken, err := s.gateway.Metric(ctx, "otelcol_connector_istio_metrics_records", "")
		if err != nil {
			return fmt.Errorf("%.0f of %d entries were taken: %w", taken, s.sent.records, err)
		}
		if int64(taken) >= s.sent.records {
			return nil
		}
		time.Sleep(drainPoll)
	}
}

// stop ends the side; the gateway flushes.
func (s *side) stop() error { return errors.Join(s.load.close(), s.gateway.Stop()) }

// allIn is the CPU time of a record with all that the process did since the
// rounds began: flushes, idle times and the end. It is valid after stop.
func (s *side) allIn() float64 {
	cpu := s.gateway.Process.FinalCPU() - s.warm.cpu
	return float64(cpu.Nanoseconds()) / float64(s.sent.records-s.warm.records)
}
