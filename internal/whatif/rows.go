// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// WorkloadOf is the workload of a row. ok is false if the row does not say it.
func WorkloadOf(s egress.Source) (w Workload, ok bool) {
	if !isKnown(s.Namespace) {
		return Workload{}, false
	}
	w.Namespace, w.Name = s.Namespace, s.Workload
	if isKnown(s.App) {
		w.App = s.App
	}
	return w, true
}

func isKnown(value string) bool {
	return value != "" && value != contract.Unknown && value != contract.Other
}

// Row judges a row of the ledger.
//
// A row says less than the proxy sees. Where that matters, all that the row can stand for
// is judged: if the verdicts differ, the row's is Unknown.
func (j *Judge) Row(r *egress.Row) Verdict {
	w, ok := WorkloadOf(r.Source)
	switch {
	case r.Overflow || r.Traffic == egress.NoTraffic:
		return Verdict{Reason: ReasonOverflow, Text: "The row adds up several destinations."}
	case r.OtherPorts:
		return Verdict{Reason: ReasonOverflow, Text: "The row adds up several ports."}
	case !ok:
		return Verdict{Reason: ReasonSource, Text: "The workload is not known."}
	case r.Port == 0:
		return Verdict{Reason: ReasonNoPort, Text: "The log does not say the port."}
	}
	var verdicts []Verdict
	for _, a := range j.addressesOf(r) {
		verdicts = append(verdicts, j.at(&w, r, a))
	}
	v := worst(verdicts)
	if v.Reason == ReasonNoEntry && v.Outcome == Blocked && r.Entry != "" && r.Decision == egress.Allowed && j.byHost[resources.NormalHost(r.Entry)] == nil {
		v.Reason, v.Text = ReasonEntryNotGiven, "ServiceEntry "+r.Entry+" let it through; it is not among the resources given."
	}
	return v
}

// addressesOf are those of a row, with the zero Addr for those that it does not name. The
// log of traffic that an entry let through may not say the address. Then it is one of the
// entry's.
func (j *Judge) addressesOf(r *egress.Row) []netip.Addr {
	var addresses []netip.Addr
	if len(r.Addresses) == 0 && r.Decision == egress.Allowed {
		addresses = j.addressesOfEntry(r.Entry)
	}
	for _, text := range r.Addresses {
		if a, err := netip.ParseAddr(text); err == nil {
			addresses = append(addresses, a.Unmap())
		}
	}
	if r.MoreAddresses || addresses == nil {
		addresses = append(addresses, netip.Addr{})
	}
	return addresses
}

// addressesOfEntry are those of the entries for a host, and the first one of each of
// their networks.
func (j *Judge) addressesOfEntry(host string) (addresses []netip.Addr) {
	for _, e := range j.byHost[resources.NormalHost(host)] {
		if !slices.Contains(e.Spec.Hosts, host) {
			continue
		}
		for _, text := range e.Spec.Addresses {
			if p, err := netip.ParsePrefix(text); err == nil {
				addresses = append(addresses, p.Addr().Unmap())
			} else if a, err := netip.ParseAddr(text); err == nil {
				addresses = append(addresses, a.Unmap())
			}
		}
	}
	return addresses
}

// worst is the verdict of the address that fares worst.
func worst(verdicts []Verdict) Verdict {
	rank := [numOutcomes]int{Blocked: 3, Elsewhere: 2, Unknown: 1, Passes: 0}
	w := verdicts[0]
	for _, v := range verdicts[1:] {
		if rank[v.Outcome] > rank[w.Outcome] {
			w = v
		}
	}
	w.Partly = w.Outcome != Passes && slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Outcome == Passes })
	return w
}

// at judges a row at one of its addresses.
func (j *Judge) at(w *Workload, r *egress.Row, a netip.Addr) Verdict {
	candidates, named := candidatesOf(r, a)
	var first Verdict
	for i, t := range candidates {
		v := j.Traffic(*w, t)
		switch {
		case i == 0:
			first = v
		case !v.same(&first):
			return noName(first)
		}
	}
	if !named && first.Outcome == Blocked && j.namesDecide(w, &candidates[0]) {
		return noName(first)
	}
	return first
}

func noName(v Verdict) Verdict {
	return Verdict{
		Reason: ReasonNoName, By: v.By, NotConsidered: v.NotConsidered,
		Text: "It depends on the name or the protocol, which the log does not say: make names visible on this port first.",
	}
}

// namesDecide tells whether names have a say on the port.
func (j *Judge) namesDecide(w *Workload, t *Traffic) bool {
	return slices.ContainsFunc(j.scopesOf(w), func(s *scope) bool {
		l := s.listeners.find(t)
		return l != nil && (l.readsTLS || l.readsHTTP)
	})
}
