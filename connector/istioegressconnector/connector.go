// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/reader"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// expireInterval is the time between two looks at all rows. The lock is held for
// about a millisecond then.
const expireInterval = time.Minute

// istioEgress adds log records to a ledger and tells of first contacts.
//
// A request is read without a lock, by a reader of its own, and added under one.
type istioEgress struct {
	cfg       *Config
	id        component.ID
	next      consumer.Logs
	contacts  contactWriter
	readers   sync.Pool // of *reader.Reader
	telemetry *telemetry

	mu     sync.Mutex
	ledger *ledger.Ledger
	// since is when the ledger began.
	since time.Time

	unregister func()
	stop       context.CancelFunc
	stopped    sync.WaitGroup
}

var (
	_ connector.Logs = (*istioEgress)(nil)
	_ egress.Ledger  = (*istioEgress)(nil)
)

func newConnector(set connector.Settings, cfg *Config, next consumer.Logs) (*istioEgress, error) {
	c := &istioEgress{
		cfg:      cfg,
		id:       set.ID,
		next:     next,
		contacts: contactWriter{version: set.BuildInfo.Version},
		ledger: ledger.New(ledger.Options{
			MaxRows: cfg.MaxRows, Retention: cfg.Retention, ContactsPerSecond: contactsPerSecond,
		}),
	}
	c.readers.New = func() any { return new(reader.Reader) }
	var err error
	c.telemetry, err = newTelemetry(set.TelemetrySettings, cfg.MaxRows, c.stats)
	return c, err
}

// Capabilities says that logs are only read.
func (*istioEgress) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start registers with the page, if there is one, and begins to end rows.
func (c *istioEgress) Start(_ context.Context, host component.Host) error {
	c.since = time.Now().UTC()
	if c.cfg.Page != nil {
		extension, ok := host.GetExtensions()[*c.cfg.Page]
		if !ok {
			return fmt.Errorf("`page` is %q, which is no extension of `service::extensions`", c.cfg.Page)
		}
		page, ok := extension.(egress.Page)
		if !ok {
			return fmt.Errorf("`page` is %q, which is an extension that shows no ledgers: name one of the type egress_page", c.cfg.Page)
		}
		c.unregister = page.Register(c.id.String(), c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.stop = cancel
	c.stopped.Go(func() { c.expire(ctx) })
	return nil
}

// expire ends rows without traffic until the context ends.
func (c *istioEgress) expire(ctx context.Context) {
	ticker := time.NewTicker(expireInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			c.mu.Lock()
			before := c.ledger.Stats()
			c.ledger.Expire(now.UnixNano())
			after := c.ledger.Stats()
			c.mu.Unlock()
			c.telemetry.expired(ctx, after.Expired-before.Expired)
		}
	}
}

// Shutdown ends what Start began.
func (c *istioEgress) Shutdown(context.Context) error {
	if c.unregister != nil {
		c.unregister()
		c.unregister = nil
	}
	if c.stop != nil {
		c.stop()
		c.stopped.Wait()
	}
	c.telemetry.shutdown()
	return nil
}

// ConsumeLogs adds the records to the ledger and sends log records of first contacts
// on. It keeps nothing of the records and never fails: what the next component refuses
// is counted, and the rows stay.
func (c *istioEgress) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	r := c.readers.Get().(*reader.Reader)
	now := time.Now()
	r.Read(ld, now.UnixNano())
	contacts, before, after := c.add(r.Observations)
	c.telemetry.consumed(ctx, &r.Outcomes, &before, &after)
	r.Release()
	c.readers.Put(r)
	if len(contacts) > 0 {
		err := c.next.ConsumeLogs(ctx, c.contacts.write(contacts, now))
		c.telemetry.contacts(ctx, len(contacts), err)
	}
	return nil
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

// About implements egress.Ledger.
func (c *istioEgress) About() egress.About {
	s := c.stats()
	return egress.About{
		WatchingSince: c.since, Rows: s.Rows, MaxRows: c.cfg.MaxRows, RetentionSeconds: int64(c.cfg.Retention.Seconds()),
		OverflowRecords: s.Overflow, ExpiredRows: s.Expired, ContactsNotTold: s.ContactsNotTold,
	}
}
