// SPDX-License-Identifier: Apache-2.0

package bounds

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

// pipeline is the two components, of each one or more, with something between them.
// Each connector has a Prometheus of its own.
type pipeline struct {
	scenario  *scenario
	telemetry *componenttest.Telemetry
	next      []consumer.Metrics
	witnesses []*witness

	// mu keeps requests out while a component is replaced.
	mu         sync.RWMutex
	connectors []connector.Logs
	between    []middle
	processors []processor.Logs
}

func newPipeline(t *testing.T, s *scenario, next ...consumer.Metrics) *pipeline {
	t.Helper()
	p := &pipeline{scenario: s, telemetry: componenttest.NewTelemetry(), next: next}
	t.Cleanup(func() { require.NoError(t, p.telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	for i := range next {
		p.witnesses = append(p.witnesses, newWitness())
		p.connectors = append(p.connectors, nil)
		p.startConnector(t, i)
	}
	for i := range max(1, s.processors) {
		p.between = append(p.between, p.startBetween(t))
		p.processors = append(p.processors, nil)
		p.startProcessor(t, i)
	}
	return p
}

func (p *pipeline) startConnector(t *testing.T, i int) {
	t.Helper()
	p.connectors[i] = newConnector(t, p.scenario.connector, p.telemetry, p.next[i])
	require.NoError(t, p.connectors[i].Start(t.Context(), componenttest.NewNopHost()))
}

func (p *pipeline) startProcessor(t *testing.T, i int) {
	t.Helper()
	p.processors[i] = newProcessor(t, p.scenario, p.between[i])
	require.NoError(t, p.processors[i].Start(t.Context(), componenttest.NewNopHost()))
}

func (p *pipeline) startBetween(t *testing.T) middle {
	t.Helper()
	stand := p.scenario.between
	if stand == nil {
		stand = func(next consumer.Logs) middle { return directly{Logs: next} }
	}
	m := stand(connectors{p})
	require.NoError(t, m.Start(t.Context(), componenttest.NewNopHost()))
	return m
}

// send hands a request to the processor of a source.
func (p *pipeline) send(ctx context.Context, source int, ld plog.Logs) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.processors[source%len(p.processors)].ConsumeLogs(ctx, ld)
}

// ConsumeLogs hands a request to the first processor.
func (p *pipeline) ConsumeLogs(ctx context.Context, ld plog.Logs) error { return p.send(ctx, 0, ld) }

// restartProcessor replaces one processor by a new one of the same settings.
func (p *pipeline) restartProcessor(t *testing.T, i int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NoError(t, p.processors[i].Shutdown(context.WithoutCancel(t.Context())))
	p.startProcessor(t, i)
}

// restartConnector replaces one connector by a new one, which knows nothing. gone is
// called while there is none.
func (p *pipeline) restartConnector(t *testing.T, i int, gone func()) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NoError(t, p.connectors[i].Shutdown(context.WithoutCancel(t.Context())))
	gone()
	p.witnesses[i].forget()
	p.startConnector(t, i)
}

func (p *pipeline) shutdown(t *testing.T) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	for i := range p.processors {
		require.NoError(t, p.processors[i].Shutdown(ctx))
		require.NoError(t, p.between[i].Shutdown(ctx))
	}
	for _, c := range p.connectors {
		require.NoError(t, c.Shutdown(ctx))
	}
}

// connectors hands each request to all of a pipeline's connectors, and has a witness
// see what arrives.
type connectors struct{ p *pipeline }

// Capabilities implements consumer.Logs.
func (connectors) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs implements consumer.Logs.
func (c connectors) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	for i, next := range c.p.connectors {
		c.p.witnesses[i].see(ld)
		if err := next.ConsumeLogs(ctx, ld); err != nil {
			return err
		}
	}
	return nil
}

func newProcessor(t *testing.T, s *scenario, next consumer.Logs) processor.Logs {
	t.Helper()
	factory := istiolabelsprocessor.NewFactory()
	config := factory.CreateDefaultConfig().(*istiolabelsprocessor.Config)
	load(t, config, s.processor)
	for label, constants := range s.constants {
		l := config.Limits[label]
		l.Fixed = constants
		config.Limits[label] = l
	}
	p, err := factory.CreateLogs(t.Context(), processortest.NewNopSettings(factory.Type()), config, next)
	require.NoError(t, err)
	return p
}

func newConnector(t *testing.T, settings map[string]any, telemetry *componenttest.Telemetry, next consumer.Metrics) connector.Logs {
	t.Helper()
	factory := istiometricsconnector.NewFactory()
	config := factory.CreateDefaultConfig()
	load(t, config, settings)
	set := connectortest.NewNopSettings(factory.Type())
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	c, err := factory.CreateLogsToMetrics(t.Context(), set, config, next)
	require.NoError(t, err)
	return c
}

// load fills a component's default configuration and checks it.
func load(t *testing.T, config component.Config, settings map[string]any) {
	t.Helper()
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(config))
	require.NoError(t, confmap.Validate(config))
}

var errRefused = errors.New("refused")

// sink is what the connector writes to: it takes its time, refuses now and then,
// and sometimes says that it refused what it took.
type sink struct {
	slow    time.Duration
	refuses float64

	mu    sync.Mutex
	store *store
	rng   *rand.Rand
	// flush is the flush that comes in, complete is false if a part of it was
	// refused.
	flush    pcommon.Timestamp
	complete bool
	// willing is set where all is taken.
	willing bool
	refused int
	// most is the number of points in the largest request.
	most int
}

// Capabilities implements consumer.Metrics.
func (*sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeMetrics implements consumer.Metrics.
func (s *sink) ConsumeMetrics(_ context.Context, md pmetric.Metrics) error {
	pause, refused, taken := s.decide()
	time.Sleep(pause)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most = max(s.most, md.DataPointCount())
	s.begin(timeOf(md))
	s.complete = s.complete && !refused
	if taken {
		s.store.write(md)
	}
	if refused {
		s.refused++
		return errRefused
	}
	return nil
}

// begin notes that a flush comes in, and whether the one before it was accepted.
func (s *sink) begin(flush pcommon.Timestamp) {
	if flush == s.flush {
		return
	}
	if s.complete {
		s.store.accepted = append(s.store.accepted, s.flush)
	}
	s.flush, s.complete = flush, true
}

// timeOf is the time of all points of a request.
func timeOf(md pmetric.Metrics) pcommon.Timestamp {
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for s := range samples(m) {
			return s.at
		}
	}
	return 0
}

func (s *sink) decide() (pause time.Duration, refused, taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.willing {
		return 0, false, true
	}
	if s.slow > 0 {
		pause = time.Duration(s.rng.Int64N(int64(s.slow)))
	}
	refused = s.rng.Float64() < s.refuses
	return pause, refused, !refused || s.rng.IntN(2) == 0
}

// becomeWilling makes it take all that comes from now on, or not.
func (s *sink) becomeWilling(willing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.willing = willing
}

// look gives the store to a function while nothing is written.
func (s *sink) look(at func(*store)) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	at(s.store)
}

func noViolations(t *testing.T, s *store) {
	t.Helper()
	for _, v := range s.violations {
		assert.Fail(t, v)
	}
}
