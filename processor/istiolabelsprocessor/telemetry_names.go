// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
)

// registerNames makes the names of addresses tell about themselves when they are
// asked.
func registerNames(b *metadata.TelemetryBuilder, n hostNames) error {
	var errs []error
	if n.learned != nil {
		errs = append(errs, b.RegisterProcessorIstioLabelsLearnedNamesCallback(func(_ context.Context, o metric.Int64Observer) error {
			s := n.learned.Stats()
			o.Observe(int64(s.Proven), metric.WithAttributes(attribute.String("kind", "proven")))
			o.Observe(int64(s.Claimed), metric.WithAttributes(attribute.String("kind", "claimed")))
			return nil
		}))
	}
	if n.dns != nil {
		errs = append(errs,
			b.RegisterProcessorIstioLabelsReverseDNSEntriesCallback(func(_ context.Context, o metric.Int64Observer) error {
				o.Observe(int64(n.dns.Stats().Entries))
				return nil
			}),
			b.RegisterProcessorIstioLabelsReverseDNSLookupsCallback(func(_ context.Context, o metric.Int64Observer) error {
				s := n.dns.Stats()
				for outcome, count := range map[string]int64{"answered": s.Answered, "negative": s.Negative, "failed": s.Failed, "dropped": s.Dropped} {
					o.Observe(count, metric.WithAttributes(attribute.String("outcome", outcome)))
				}
				return nil
			}))
	}
	return errors.Join(errs...)
}
