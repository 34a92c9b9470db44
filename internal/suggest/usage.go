// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// UsageState says whether an entry is used.
type UsageState string

// The states.
const (
	Used UsageState = "used"
	// Unused entries had no traffic for Given.UnusedAfter.
	Unused UsageState = "unused"
	// UnusedUnknown is the state of entries about which the ledger cannot say it: it has
	// not watched for long enough, or sees no traffic that entries let through.
	UnusedUnknown UsageState = "unknown"
)

// Usage says whether a ServiceEntry of the user is used.
type Usage struct {
	ID    resources.ID `json:"id"`
	State UsageState   `json:"state"`
	Hosts []HostUsage  `json:"hosts"`
}

// HostUsage is what the ledger knows of a host of an entry.
type HostUsage struct {
	Host  string     `json:"host"`
	State UsageState `json:"state"`
	Count int64      `json:"count"`
	// LastSeen is zero if there was no traffic.
	LastSeen time.Time `json:"last_seen,omitzero"`
	// Sources are workloads as NAMESPACE/WORKLOAD, sorted.
	Sources []string `json:"sources,omitempty"`
}

// usages are those of all entries, in the order of the set.
func usages(rows []egress.Row, g *Given) (all []Usage) {
	byHost := map[string][]*egress.Row{}
	for i := range rows {
		if r := &rows[i]; r.Decision == egress.Allowed {
			byHost[normal(r.Entry)] = append(byHost[normal(r.Entry)], r)
		}
	}
	canTell := len(byHost) > 0 && !g.WatchingSince.After(g.Now.Add(-g.UnusedAfter))
	for i := range g.Set.ServiceEntries {
		e := &g.Set.ServiceEntries[i]
		u := Usage{ID: e.ID(), State: Unused}
		for _, h := range e.Spec.Hosts {
			if strings.HasSuffix(normal(h), ".invalid") {
				continue // it makes names visible, and nothing goes there
			}
			u.Hosts = append(u.Hosts, g.usageOf(e, h, byHost[normal(h)], canTell))
		}
		if len(u.Hosts) == 0 {
			continue
		}
		for _, h := range u.Hosts {
			if h.State == Used || h.State == UnusedUnknown && u.State == Unused {
				u.State = h.State
			}
		}
		all = append(all, u)
	}
	return all
}

// usageOf is that of a host, by the rows of its traffic.
func (g *Given) usageOf(e *resources.ServiceEntry, host string, rows []*egress.Row, canTell bool) HostUsage {
	u := HostUsage{Host: host, State: UnusedUnknown}
	if canTell {
		u.State = Unused
	}
	reach := e.Reach(g.Set.Mesh)
	for _, r := range rows {
		if !reach.Includes(r.Source.Namespace) {
			continue
		}
		u.Count = egress.AddSaturating(u.Count, r.Total())
		if r.LastSeen.After(u.LastSeen) {
			u.LastSeen = r.LastSeen
		}
		u.Sources = append(u.Sources, r.Source.String())
	}
	if !u.LastSeen.IsZero() && !u.LastSeen.Before(g.Now.Add(-g.UnusedAfter)) {
		u.State = Used
	}
	slices.Sort(u.Sources)
	u.Sources = slices.Compact(u.Sources)
	return u
}
