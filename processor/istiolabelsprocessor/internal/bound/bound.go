// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// Bound returns the set in which each bounded value of a record's labels has a
// slot or a fallback, and what is said of its addresses, as of now. set and host are
// what package label found: host is destination_service if the set leaves it
// unknown. now is in nanoseconds since the Unix epoch.
func (b *Bounder) Bound(rec *accesslog.Record, set *labelset.Set, host string, now int64) (*labelset.Set, labelset.Addresses) {
	return b.labels(set, host, now), b.addresses(rec, set, now)
}
