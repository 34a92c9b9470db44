// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"math/rand/v2"
	"testing"
	"time"

	"go.opentelemetry.io/collector/consumer"
)

// shape is how processors and connectors are connected.
type shape int

const (
	direct shape = iota
	slow
	batched
	queued
	refused
	twoProcessors
	twoConnectors
	processorRestarts
	connectorRestarts
	numShapes
)

// String names the shape.
func (s shape) String() string {
	return [numShapes]string{
		"direct", "slow", "batch processor", "sending queue", "memory limiter refuses",
		"two processors", "two connectors", "processor restarts", "connector restarts",
	}[s]
}

// configureShape draws what the scenario's shape leaves open.
func (s *scenario) configureShape(seed uint64) {
	delay := time.Duration(1+s.rng.IntN(2000)) * time.Millisecond
	own := rand.New(rand.NewPCG(seed, 3))
	switch s.shape {
	case slow:
		s.between = func(next consumer.Logs) middle { return &slowly{next: next, delay: delay, rng: own} }
	case batched:
		s.between = func(next consumer.Logs) middle { return newBatching(next, delay) }
	case queued:
		s.between = func(next consumer.Logs) middle { return newQueueing(next, delay, own) }
	case refused:
		s.between = func(next consumer.Logs) middle { return &refusing{next: next, refuses: .3, rng: own} }
	case twoProcessors:
		s.processors = 2
	case twoConnectors:
		s.connectors = 2
	}
}

// restarts replaces components in the middle of the traffic, if the shape says so.
func (s *scenario) restarts(t *testing.T, p *pipeline, sinks []*sink) {
	for range 3 {
		time.Sleep(time.Duration(s.requests) * 100 * time.Millisecond)
		switch s.shape {
		case processorRestarts:
			p.restartProcessor(t, 0)
		case connectorRestarts:
			sinks[0].becomeWilling(true) // its last flush must arrive
			p.restartConnector(t, 0, func() { sinks[0].look(func(in *store) { in.restart() }) })
			sinks[0].becomeWilling(false)
		}
	}
}
