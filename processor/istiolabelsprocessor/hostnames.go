// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
)

// hostNames know what addresses are called. What is off is nil.
type hostNames struct {
	learned *addressnames.Names
	dns     *reversedns.Resolver
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

// perSource is the part of the claimed names that one workload may hold, as of
// slots: it forgets its own names before it makes others forget theirs.
const perSource = 4

// newHostNames knows no names where no record gets destination_host.
func newHostNames(c *Config) (n hostNames) {
	cfg := &c.DestinationHost
	if c.limitUse(contract.DestinationHost.String()) != ofAddresses {
		return n
	}
	if cfg.LearnedNames {
		const each = maxLearnedNames / 2
		n.learned = addressnames.New(addressnames.Options{MaxProven: each, MaxClaimed: each, MaxPerSource: each / perSource, TTL: learnedNamesTTL})
	}
	if d := cfg.ReverseDNS; d.Enabled {
		n.dns = reversedns.New(reversedns.Options{
			Server: d.Endpoint, Private: bool(d.Private), Workers: dnsConsumers, Queue: dnsQueueSize, MaxEntries: dnsMaxEntries,
			Timeout: dnsTimeout, PositiveTTL: dnsPositiveTTL, NegativeTTL: dnsNegativeTTL,
		})
	}
	return n
}
