// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"sync/atomic"
	"time"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/proxies"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/reader"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const (
	// maxProxies is more than a gateway has in most meshes. It bounds what made-up names
	// cost: some 200 bytes each.
	maxProxies = 5000
	// proxyRetention is how long a proxy is known after its last record: pods come and go.
	proxyRetention = 24 * time.Hour
)

// seen is what the page says of records since the start.
type seen struct {
	records, unread, withoutHost, withoutAddress atomic.Int64
	proxies                                      *proxies.Proxies
}

func (s *seen) add(r *reader.Reader, now time.Time) {
	s.records.Add(r.Outcomes.Outside)
	s.unread.Add(r.Outcomes.NoContract + r.Outcomes.UnknownVersion)
	s.withoutHost.Add(r.Missing.Host)
	s.withoutAddress.Add(r.Missing.Address)
	if len(r.Proxies) > 0 {
		s.proxies.Saw(r.Proxies, now.UnixNano())
	}
}

// About implements egress.Ledger.
func (c *istioEgress) About() egress.About {
	s := c.stats()
	a := egress.About{
		WatchingSince: c.since, Rows: s.Rows, MaxRows: c.cfg.MaxRows, RetentionSeconds: int64(time.Duration(c.cfg.Retention).Seconds()),
		OverflowRecords: s.Overflow, ExpiredRows: s.Expired, ContactsNotTold: s.ContactsNotTold,
		Records: c.seen.records.Load(), UnreadRecords: c.seen.unread.Load(),
		RecordsWithoutHost: c.seen.withoutHost.Load(), RecordsWithoutAddress: c.seen.withoutAddress.Load(),
	}
	a.Proxies, a.ProxiesForgotten = c.seen.proxies.All(time.Now().UnixNano())
	return a
}
