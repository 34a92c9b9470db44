package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"errors"
	"net/netip"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// hostNames know what addresses are called. A nil one knows nothing.
type hostNames struct {
	learned *addressnames.Names  // nil if nothing is learned
	dns     *reversedns.Resolver // nil if nobody is asked
}

// perSource is the part of the claimed names that one workload may hold, as of
// slots: it forgets its own names before it makes others forget theirs.
const perSource = 4

func newHostNames(cfg *DestinationHostConfig) *hostNames {
	if cfg.Enabled != on {
		return nil
	}
	n := &hostNames{}
	if most := cfg.LearnedNames.MaxNames; most > 0 {
		n.learned = addressnames.New(addressnames.Options{
			MaxProven: most / 2, MaxClaimed: most - most/2, MaxPerSource: most / 2 / perSource, TTL: cfg.LearnedNames.TTL,
		})
	}
	if d := cfg.ReverseDNS; d.Enabled == on {
		n.dns = reversedns.New(reversedns.Options{
			Server: d.Endpoint, Private: d.Private, Workers: d.NumConsumers, Queue: d.QueueSize, MaxEntries: d.MaxEntries,
			Timeout: d.Timeout, PositiveTTL: d.PositiveTTL, NegativeTTL: d.NegativeTTL,
		})
	}
	return n
}

func (n *hostNames) start() {
	if n != nil && n.dns != nil {
		n.dns.Start()
	}
}

func (n *hostNames) stop(ctx context.Context) error {
	if n == nil || n.dns == nil {
		return nil
	}
	return n.dns.Stop(ctx)
}

// of is a name of an address, empty if none is known. It never waits.
func (n *hostNames) of(address netip.Addr, source addressnames.Source, now int64) string {
	if !address.IsValid() {
		return ""
	}
	if n.learned != nil {
		if name, ok := n.learned.Name(address, source, now); ok {
			return name
		}
	}
	if n.dns == nil {
		return ""
	}
	name, _ := n.dns.Lookup(address, now)
	return name
}

func (n *hostNames) claim(address netip.Addr, source addressnames.Source, name string, now int64) {
	if n.learned != nil {
		n.learned.Learn(address, source, name, addressnames.Claimed, now)
	}
}

func (n *hostNames) prove(address netip.Addr, name string, now int64) {
	if n.learned != nil {
		n.learned.Learn(address, addressnames.Source{}, name, addressnames.Proven, now)
	}
}

// register makes the names tell about themselves when they are asked.
func (n *hostNames) register(b *metadata.TelemetryBuilder) error {
	var errs []error
	if n != nil && n.learned != nil {
		errs = append(errs, b.RegisterProcessorIstioLabelsLearnedNamesCallback(func(_ context.Context, o metric.Int64Observer) error {
			s := n.learned.Stats()
			o.Observe(int64(s.Proven), metric.WithAttributes(attribute.String("kind", "proven")))
			o.Observe(int64(s.Claimed), metric.WithAttributes(attribute.String("kind", "claimed")))
			return nil
		}))
	}
	if n != nil && n.dns != nil {
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
