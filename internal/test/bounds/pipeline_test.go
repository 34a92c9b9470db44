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
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
)

// pipeline is the two components with something between them.
type pipeline struct {
	consumer.Logs
	components []component.Component // the first one first
	telemetry  *componenttest.Telemetry
}

// between makes what stands between the processor and the connector; nil for
// nothing.
type between func(next consumer.Logs) middle

type middle interface {
	consumer.Logs
	component.Component
}

func newPipeline(t *testing.T, s *scenario, next consumer.Metrics) *pipeline {
	t.Helper()
	p := &pipeline{telemetry: componenttest.NewTelemetry()}
	t.Cleanup(func() { require.NoError(t, p.telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	metrics := newConnector(t, s.connector, p.telemetry, next)
	p.components = append(p.components, metrics)
	var logs consumer.Logs = metrics
	if s.between != nil {
		m := s.between(metrics)
		p.components = append([]component.Component{m}, p.components...)
		logs = m
	}
	labels := newProcessor(t, s.processor, logs)
	p.components = append([]component.Component{labels}, p.components...)
	p.Logs = labels
	for i := len(p.components) - 1; i >= 0; i-- {
		require.NoError(t, p.components[i].Start(t.Context(), componenttest.NewNopHost()))
	}
	return p
}

func (p *pipeline) shutdown(t *testing.T) {
	t.Helper()
	for _, c := range p.components {
		require.NoError(t, c.Shutdown(context.WithoutCancel(t.Context())))
	}
}

func newProcessor(t *testing.T, settings map[string]any, next consumer.Logs) processor.Logs {
	t.Helper()
	factory := istiolabelsprocessor.NewFactory()
	config := factory.CreateDefaultConfig()
	load(t, config, settings)
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
	// willing is set in the end: then all is taken.
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
	if taken {
		s.store.write(md)
	}
	if refused {
		s.refused++
		return errRefused
	}
	return nil
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

// becomeWilling makes it take all that comes from now on.
func (s *sink) becomeWilling() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.willing = true
}

// look gives the store to a function while nothing is written.
func (s *sink) look(at func(*store)) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	at(s.store)
}

// slowly stands between two components and hands requests on late, in the
// calls in which they came.
type slowly struct {
	component.StartFunc
	component.ShutdownFunc
	next  consumer.Logs
	delay time.Duration

	mu  sync.Mutex
	rng *rand.Rand
}

// Capabilities implements consumer.Logs.
func (*slowly) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs implements consumer.Logs.
func (s *slowly) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	time.Sleep(s.pause())
	return s.next.ConsumeLogs(ctx, ld)
}

func (s *slowly) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(s.rng.Int64N(int64(s.delay)))
}

// batching stands between two components as a batch processor does: it answers
// at once, and hands all on together later, in a call of its own.
type batching struct {
	next    consumer.Logs
	every   time.Duration
	waiting chan plog.Logs
	done    chan error
}

func newBatching(next consumer.Logs, every time.Duration) *batching {
	return &batching{next: next, every: every, waiting: make(chan plog.Logs), done: make(chan error, 1)}
}

// Capabilities implements consumer.Logs.
func (*batching) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// Start implements component.Component.
func (b *batching) Start(context.Context, component.Host) error {
	go func() { b.done <- b.run() }()
	return nil
}

// Shutdown implements component.Component.
func (b *batching) Shutdown(context.Context) error {
	close(b.waiting)
	return <-b.done
}

// ConsumeLogs implements consumer.Logs.
func (b *batching) ConsumeLogs(_ context.Context, ld plog.Logs) error {
	b.waiting <- ld
	return nil
}

func (b *batching) run() error {
	ticker := time.NewTicker(b.every)
	defer ticker.Stop()
	batch := plog.NewLogs()
	send := func() error {
		all := batch
		batch = plog.NewLogs()
		return b.next.ConsumeLogs(context.Background(), all)
	}
	for {
		select {
		case ld, ok := <-b.waiting:
			if !ok {
				return send()
			}
			ld.ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
		case <-ticker.C:
			if err := send(); err != nil {
				return err
			}
		}
	}
}

func noViolations(t *testing.T, s *store) {
	t.Helper()
	for _, v := range s.violations {
		assert.Fail(t, v)
	}
}
