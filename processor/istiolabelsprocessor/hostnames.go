package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// hostNames know what addresses are called. What is off is nil.
type hostNames struct {
	learned *addressnames.Names
	dns     *reversedns.Resolver
}

// perSource is the part of the claimed names that one workload may hold, as of
// slots: it forgets its own names before it makes others forget theirs.
const perSource = 4

// newHostNames knows no names where no record gets destination_host.
func newHostNames(c *Config) (n hostNames) {
	cfg := &c.DestinationHost
	if c.limitUse(contract.DestinationHost.String()) != ofAddresses {
		return n
	}
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
