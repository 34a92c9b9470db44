// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/enrich"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// hostNames know what addresses are called. What is off is nil.
type hostNames struct {
	learned *addressnames.Names
	dns     *reversedns.Resolver
	// wanted says which records get a name.
	wanted enrich.Wanted
}

// start starts to ask DNS.
func (n *hostNames) start() {
	if n.dns != nil {
		n.dns.Start()
	}
}

// stop ends what start started. It returns the context's error if that ends first.
func (n *hostNames) stop(ctx context.Context) error {
	if n.dns == nil {
		return nil
	}
	return n.dns.Stop(ctx)
}

const (
	// maxLearnedNames of addresses are remembered, half of them proven ones.
	maxLearnedNames = 10_000
	// learnedNamesTTL is how long a name holds after it was last seen.
	learnedNamesTTL = time.Hour
)

// How DNS is asked.
const (
	// dnsConsumers ask about one address each. dnsQueueSize addresses wait.
	dnsConsumers, dnsQueueSize = 4, 1000
	// dnsMaxEntries answers are remembered.
	dnsMaxEntries = 10_000
	// dnsTimeout is for all questions about one address.
	dnsTimeout = 2 * time.Second
	// dnsPositiveTTL is how long a name holds. dnsNegativeTTL is how long an address
	// without one is not asked about again.
	dnsPositiveTTL, dnsNegativeTTL = time.Hour, 10 * time.Minute
)

// perClaimant is the part of the claimed names that one workload may hold, as of
// slots: it forgets its own names before it makes others forget theirs.
const perClaimant = 4

// newHostNames knows no names where no record gets destination_host.
func newHostNames(c *Config) (n hostNames) {
	cfg := &c.DestinationHost
	if c.limitUse(contract.DestinationHost.String()) != ofAddresses {
		return n
	}
	n.wanted = cfg.wanted(c.Labels)
	if cfg.LearnedNames {
		const each = maxLearnedNames / 2
		n.learned = addressnames.New(addressnames.Options{MaxProven: each, MaxClaimed: each, MaxPerClaimant: each / perClaimant, TTL: learnedNamesTTL})
	}
	if d := cfg.ReverseDNS; d.Enabled {
		n.dns = reversedns.New(reversedns.Options{
			Server: d.Endpoint, Private: bool(d.Private), Workers: dnsConsumers, Queue: dnsQueueSize, MaxEntries: dnsMaxEntries,
			Timeout: dnsTimeout, PositiveTTL: dnsPositiveTTL, NegativeTTL: dnsNegativeTTL,
		})
	}
	return n
}

// wanted tells which records may get the label, by what is known before there are
// labels. A label of the user's own may make any destination one of Destinations.
func (c *DestinationHostConfig) wanted(labels map[string]string) enrich.Wanted {
	_, chosen := labels[contract.DestinationServiceName.String()]
	isService := func(destination string) bool { return !contract.IsOutside(destination) }
	if chosen || slices.ContainsFunc(c.Destinations, isService) {
		return enrich.All
	}
	return enrich.Outside
}
