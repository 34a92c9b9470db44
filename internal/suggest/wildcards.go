// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// listener is what a wildcard is offered for: a workload, a port and a protocol.
type listener struct {
	source   egress.Source
	port     uint16
	protocol string
}

// wildcard is an offer.
type wildcard struct {
	listener
	// parent is the name below which the hosts are.
	parent string
	hosts  []string
	wants  []want
}

// offers finds names below which a workload uses many others on a port. Of two such
// names, one below the other, the lower one opens less.
func (p *plan) offers() []wildcard {
	groups := map[listener][]want{}
	for _, w := range p.wants {
		if w.host != "" {
			k := listener{w.row.Source, w.port, w.protocol}
			groups[k] = append(groups[k], w)
		}
	}
	var all []wildcard
	for k, wants := range groups {
		all = append(all, p.offersOf(k, wants)...)
	}
	slices.SortFunc(all, func(a, b wildcard) int {
		return cmp.Or(a.source.Compare(b.source), strings.Compare(a.parent, b.parent), cmp.Compare(a.port, b.port), strings.Compare(a.protocol, b.protocol))
	})
	return all
}

func (p *plan) offersOf(k listener, wants []want) []wildcard {
	below := map[string][]want{}
	for _, w := range wants {
		for _, parent := range parentsOf(w.host) {
			below[parent] = append(below[parent], w)
		}
	}
	// The longest are the lowest.
	parents := slices.SortedFunc(maps.Keys(below), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(b, "."), strings.Count(a, ".")), strings.Compare(a, b))
	})
	taken := map[string]bool{}
	var all []wildcard
	for _, parent := range parents {
		if p.otherPortEntries[entryKey{k.source.Namespace, "*." + parent}] {
			continue
		}
		o := wildcard{listener: k, parent: parent}
		for _, w := range below[parent] {
			if !taken[w.host] {
				o.wants, o.hosts = append(o.wants, w), append(o.hosts, w.host)
			}
		}
		slices.Sort(o.hosts)
		if o.hosts = slices.Compact(o.hosts); len(o.hosts) < p.MinWildcardNames {
			continue
		}
		for _, h := range o.hosts {
			taken[h] = true
		}
		all = append(all, o)
	}
	return all
}

// sharedDomains have names of the operator beside those of its customers, such as
// sts.amazonaws.com and anybody.s3.amazonaws.com. A wildcard above both would let through
// what anybody has put there. Source: the private part of the list of public suffixes, and
// the documentation of the operators.
var sharedDomains = []string{
	"amazonaws.com", "amazonaws.com.cn", "googleapis.com", "windows.net", "azure.com", "azure.net", "fastly.net", "scw.cloud", "ovh.net",
	"linode.com", "linodeusercontent.com", "render.com", "platform.sh", "oraclecloud.com", "customer-oci.com", "digitalocean.com", "sharepoint.com",
}

// parentsOf are the names above a host that somebody has registered. Below a public
// suffix, such as co.uk or s3.amazonaws.com, the hosts of two names have different
// owners.
func parentsOf(host string) []string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || slices.Contains(sharedDomains, registered) {
		return nil
	}
	var parents []string
	for h := host; h != registered; {
		_, h, _ = strings.Cut(h, ".")
		parents = append(parents, h)
	}
	return parents
}

// take puts wildcards in the place of their hosts. On a port where one has HTTP and TLS
// it is taken for TLS only.
func (p *plan) take(offers []wildcard) {
	tls := map[place]bool{}
	for _, o := range offers {
		if o.protocol == protocolTLS {
			tls[place{o.source.Namespace, o.parent, o.port}] = true
		}
	}
	hosts := map[listener]map[string]string{}
	for _, o := range offers {
		if o.protocol != protocolTLS && tls[place{o.source.Namespace, o.parent, o.port}] {
			continue
		}
		if hosts[o.listener] == nil {
			hosts[o.listener] = map[string]string{}
		}
		for _, h := range o.hosts {
			hosts[o.listener][h] = "*." + o.parent
		}
	}
	for i := range p.wants {
		w := &p.wants[i]
		if h, ok := hosts[listener{w.row.Source, w.port, w.protocol}][w.host]; ok && w.host != "" {
			w.host = h
		}
	}
}

// offer is the wildcard as others see it.
func (o *wildcard) offer(s *Settings) Offer {
	e := entry{namespace: o.source.Namespace, host: "*." + o.parent}
	for _, w := range o.wants {
		e.add(w.port, w.protocol, w.row)
	}
	return Offer{Document: e.document(s), Source: o.source, Hosts: o.hosts}
}
