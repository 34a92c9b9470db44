// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/proxies"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/reader"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/flush"
	"github.com/otelcol-istio/otelcol-istio/internal/aggregate/render"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/instance"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// expireInterval is the time between two looks at all rows. The lock is held for
// about a millisecond then.
const expireInterval = time.Minute

// istioEgress adds log records to a ledger, sends metrics of its rows on, and tells of
// first contacts. All instances of one component share it.
//
// A request is read without a lock, by a reader of its own, and added under one.
type istioEgress struct {
	cfg       *Config
	id        component.ID
	logger    *zap.Logger
	contacts  contactWriter
	readers   sync.Pool // of *reader.Reader
	telemetry *telemetry
	seen      seen

	mu     sync.Mutex
	ledger *ledger.Ledger
	// since is when the ledger began.
	since time.Time

	// flusher sends metrics on. Its Next is nil if there are none.
	flusher flush.Flusher
	expiry  flush.Loop
	storage state.Options

	starting   sync.Once
	startError error
	stopping   sync.Once
	stopError  error
	unregister func()
	// forget lets go of the connector: the next one of its configuration is another.
	forget func()
}

var _ egress.Ledger = (*istioEgress)(nil)

func newConnector(set connector.Settings, cfg *Config) (*istioEgress, error) {
	id, err := instance.ID(cfg.InstanceID)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	c := &istioEgress{
		cfg:      cfg,
		id:       set.ID,
		logger:   set.Logger,
		contacts: contactWriter{version: set.BuildInfo.Version},
		since:    began.UTC(),
	}
	c.ledger = ledger.New(c.ledgerOptions())
	c.seen.proxies = proxies.New(maxProxies, proxyRetention)
	c.readers.New = func() any { return new(reader.Reader) }
	if c.telemetry, err = newTelemetry(set.TelemetrySettings, cfg.MaxRows, c.stats); err != nil {
		return nil, err
	}
	c.flusher = flush.New(flush.Options{
		Lock: &c.mu, State: aggregate.New(rowmetrics.Options(), began.UnixNano()), Prepare: c.settle, Telemetry: c.telemetry, Logger: set.Logger, Began: began,
		Interval: cfg.FlushInterval, ShutdownTimeout: cfg.ShutdownTimeout,
		Renderer: render.Renderer{
			Options: rowmetrics.Options(), ServiceName: cfg.ServiceName, InstanceID: id,
			ScopeName: metadata.ScopeName, ScopeVersion: set.BuildInfo.Version,
		},
	})
	c.storage = c.storageOptions(id)
	return c, nil
}

// useLedger makes the ledger, once it is known what is made of it.
func (c *istioEgress) useLedger(newLedger func(ledger.Options) *ledger.Ledger) {
	o := c.ledgerOptions()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ledger = newLedger(o)
}

func (c *istioEgress) ledgerOptions() ledger.Options {
	o := ledger.Options{MaxRows: c.cfg.MaxRows, Retention: time.Duration(c.cfg.Retention)}
	if c.contacts.next != nil {
		o.ContactsPerSecond = contactsPerSecond
	}
	if c.hasMetrics() {
		o.Metrics = rowmetrics.New(c.flusher.State)
	}
	return o
}

// hasMetrics tells whether metrics of the rows are sent on.
func (c *istioEgress) hasMetrics() bool { return c.flusher.Next != nil }

// settle brings the series up to what the rows have. The lock is held.
func (c *istioEgress) settle() { c.ledger.Settle() }

// ConsumeLogs adds the records to the ledger and sends log records of first contacts
// on. It keeps nothing of the records and never fails: what the next component refuses
// is counted, and the rows stay.
func (o *output) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	if o.counts {
		o.consume(ctx, ld)
	}
	return nil
}

func (c *istioEgress) consume(ctx context.Context, ld plog.Logs) {
	r := c.readers.Get().(*reader.Reader)
	now := time.Now()
	r.Read(ld, now.UnixNano())
	contacts, before, after := c.add(r.Observations)
	c.telemetry.consumed(ctx, &r.Outcomes, &before, &after)
	c.seen.add(r, now)
	r.Release()
	c.readers.Put(r)
	if len(contacts) > 0 {
		// What is told must not be forgotten: a crash would have it told again.
		c.flusher.Keeper.Save(ctx)
		c.telemetry.contacts(ctx, len(contacts), c.contacts.send(ctx, contacts, now))
	}
}

func (c *istioEgress) add(observations []ledger.Observation) (contacts []ledger.Contact, before, after ledger.Stats) {
	if len(observations) == 0 {
		return nil, before, after
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before = c.ledger.Stats()
	for i := range observations {
		contacts = c.ledger.Add(&observations[i], contacts)
	}
	return contacts, before, c.ledger.Stats()
}

func (c *istioEgress) stats() ledger.Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ledger.Stats()
}

// Rows implements egress.Ledger.
func (c *istioEgress) Rows() []egress.Row {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ledger.Rows()
}

// register shows the ledger on the page, if there is one.
func (c *istioEgress) register(host component.Host) error {
	if c.cfg.Page == nil {
		return nil
	}
	extension, ok := host.GetExtensions()[*c.cfg.Page]
	if !ok {
		return fmt.Errorf("`page` is %q, which is no extension of `service::extensions`", c.cfg.Page)
	}
	page, ok := extension.(egress.Page)
	if !ok {
		return fmt.Errorf("`page` is %q, which is an extension that shows no ledgers: name one of the type egress_page", c.cfg.Page)
	}
	c.unregister = page.Register(c.id.String(), c)
	return nil
}
