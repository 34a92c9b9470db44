// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
)

// Start starts what all instances share, once. The one that has metrics begins to send
// them: before it is started, those that it sends to may not be.
func (o *output) Start(ctx context.Context, host component.Host) error {
	c := o.istioEgress
	c.starting.Do(func() { c.startError = c.start(ctx, host) })
	if c.startError == nil && o.metrics {
		c.flusher.Start(ctx)
	}
	return c.startError
}

// start goes on with stored rows, registers with the page, and begins to end rows.
func (c *istioEgress) start(ctx context.Context, host component.Host) error {
	c.useLedger(ledger.New)
	if err := c.openStorage(ctx, host); err != nil {
		return err
	}
	if err := c.register(host); err != nil {
		return err
	}
	c.expiry.Start(expireInterval, func(ctx context.Context) { c.expire(ctx, time.Now()) })
	return nil
}

// expire ends rows without traffic.
func (c *istioEgress) expire(ctx context.Context, now time.Time) {
	c.mu.Lock()
	before := c.ledger.Stats()
	c.ledger.Expire(now.UnixNano())
	after := c.ledger.Stats()
	c.mu.Unlock()
	c.telemetry.changed(ctx, &before, &after)
}

// Shutdown ends what all instances share with the first call. No records arrive then,
// and those that the other instances send to are still there.
func (o *output) Shutdown(ctx context.Context) error {
	c := o.istioEgress
	c.stopping.Do(func() { c.stopError = c.shutdown(ctx) })
	return c.stopError
}

func (c *istioEgress) shutdown(ctx context.Context) error {
	defer c.forget()
	defer c.telemetry.shutdown()
	if c.unregister != nil {
		c.unregister()
	}
	c.expiry.Close()
	_ = c.expiry.Wait(ctx) // one that is under way takes milliseconds
	return c.flusher.Stop(ctx)
}
