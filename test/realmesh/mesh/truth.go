// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Kind is what the proxies tell apart when they count.
type Kind struct {
	// Workload whose proxy it is.
	Workload string
	// Request tells a request from a connection; Outbound is the side.
	Request, Outbound bool
	Code, Flags       string
	// Outside tells what left the mesh, to a ServiceEntry too, or was kept from it, by
	// cluster and route.
	Outside bool
}

// Counted is what a proxy itself counted of one kind, with no access log in
// between: bytes on the wire, and bodies.
type Counted struct {
	Exchanges              float64
	WireReceived, WireSent float64
	Received, Sent         float64
}

// Add sums up two.
func (c Counted) Add(o Counted) Counted {
	return Counted{
		c.Exchanges + o.Exchanges, c.WireReceived + o.WireReceived, c.WireSent + o.WireSent,
		c.Received + o.Received, c.Sent + o.Sent,
	}
}

var (
	countedLine = regexp.MustCompile(`^envoy_truth_(\w+)\{(.*)\} (\d+)$`)
	countedTag  = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// ends are the types of the records that Istio counts.
var ends = map[string]bool{"DownstreamEnd": true, "TcpConnectionEnd": true}

// waysOut are the clusters and routes that lead out of the mesh, or nowhere.
var waysOut = map[string]bool{
	"PassthroughCluster": true, "BlackHoleCluster": true, "AllowAnyDynamicDNSCluster": true,
	"allow_any": true, "block_all": true, "allow_any_dynamic_dns": true,
}

// toServiceEntry tells the clusters that Istio makes of ServiceEntries from those of
// Kubernetes services.
func toServiceEntry(cluster string) bool {
	return strings.HasPrefix(cluster, "outbound|") && !strings.HasSuffix(cluster, ".svc.cluster.local")
}

// Counted asks the proxy for the ends that it counted.
func (p *Proxy) Counted(t *testing.T) map[Kind]Counted {
	t.Helper()
	all := map[Kind]Counted{}
	for line := range strings.Lines(p.Get(t, "/stats/prometheus?filter=truth")) {
		m := countedLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		tags := map[string]string{}
		for _, tag := range countedTag.FindAllStringSubmatch(m[2], -1) {
			tags[tag[1]] = tag[2]
		}
		if !ends[tags["type"]] {
			continue
		}
		k := Kind{
			p.Workload, tags["type"] == "DownstreamEnd", tags["direction"] == "2", tags["code"], tags["flags"],
			waysOut[tags["cluster"]] || waysOut[tags["route"]] || toServiceEntry(tags["cluster"]),
		}
		number, err := strconv.ParseFloat(m[3], 64)
		require.NoError(t, err)
		c := all[k]
		*map[string]*float64{
			"exchanges": &c.Exchanges, "wire_received": &c.WireReceived, "wire_sent": &c.WireSent,
			"received": &c.Received, "sent": &c.Sent,
		}[m[1]] += number
		all[k] = c
	}
	return all
}
