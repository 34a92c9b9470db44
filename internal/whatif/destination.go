// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// isDynamic tells whether the proxy resolves the name in the traffic.
func isDynamic(s *service) bool { return s.entry.Spec.Resolution == resources.DynamicDNS }

// destination is the verdict for traffic that the cluster of a service takes.
//
// Source: convertResolution in pilot/pkg/networking/core/cluster.go and
// convertServiceEntryToInstances in
// pilot/pkg/serviceregistry/serviceentry/conversion.go.
func destination(s *service, t *Traffic) Verdict {
	by := []resources.ID{s.entry.ID()}
	port, _ := s.port(t.Port)
	switch {
	case s.entry.Spec.WorkloadSelector != nil:
		return Verdict{
			Outcome: Unknown, Reason: ReasonNotConsidered, By: by,
			Text: "The entry sends it to the workloads that its `workloadSelector` selects, which are not known.",
		}
	case s.entry.Spec.Resolution == resources.None:
		if port.target != 0 && port.target != t.Port {
			return elsewhere(by, addressOf(t), port.target, "The entry sends it to its `targetPort`.")
		}
		return Verdict{Outcome: Passes, Reason: ReasonEntry, By: by, Text: "The entry takes it to the address that the client connects to."}
	case isDynamic(s):
		return toHost(t.Name, port.targetOr(t.Port), t, by)
	case len(s.entry.Spec.Endpoints) > 0:
		return toEndpoints(s, port, t, by)
	case s.entry.Spec.Resolution == resources.Static:
		return Verdict{Outcome: Blocked, Reason: ReasonNoEndpoints, By: by, Text: "The entry takes it and has no endpoint to send it to."}
	default:
		return toHost(s.host, port.targetOr(t.Port), t, by)
	}
}

func (p servicePort) targetOr(port uint16) uint16 {
	if p.target != 0 {
		return p.target
	}
	return port
}

// toHost is the verdict for traffic that the proxy sends to what a host resolves to.
func toHost(host string, port uint16, t *Traffic, by []resources.ID) Verdict {
	if port != t.Port {
		return elsewhere(by, host, port, "The entry sends it to its `targetPort`.")
	}
	name := resources.NormalHost(t.Name)
	there, others := t.names.Has(host)
	switch {
	case strings.HasSuffix(resources.NormalHost(host), ".invalid"):
		// Source: RFC 6761, section 6.4.
		return Verdict{Outcome: Blocked, Reason: ReasonNoEndpoints, By: by, Text: "The entry takes it to a host that never resolves."}
	case there:
	case others:
		return elsewhere(by, host, port, "The proxy resolves the host itself, and the address that the client connects to is that of another one.")
	case name == resources.NormalHost(host):
	case name != "" && !isAddress(name):
		return elsewhere(by, host, port, "The entry takes all traffic of the port to its own host, whichever one it was meant for.")
	default:
		return Verdict{
			Outcome: Unknown, Reason: ReasonWhoIsThere, By: by, Where: at(host, port),
			Text: "The entry takes it to its own host. Whether that is the host at the address is not known.",
		}
	}
	return Verdict{Outcome: Passes, Reason: ReasonEntry, By: by, Text: "The entry takes it to the host, which the proxy resolves itself."}
}

// toEndpoints is the verdict for traffic that goes to any of the endpoints of an entry.
func toEndpoints(s *service, p servicePort, t *Traffic, by []resources.ID) Verdict {
	var where []string
	same, unsure := false, false
	for _, e := range s.entry.Spec.Endpoints {
		port := p.targetOr(t.Port)
		if n := uint16(e.Ports[p.name]); n != 0 {
			port = n
		}
		where = append(where, at(e.Address, port))
		if port != t.Port {
			continue
		}
		address, err := netip.ParseAddr(e.Address)
		if err == nil {
			same = same || address.Unmap() == t.Address
			unsure = unsure || !t.Address.IsValid()
			continue
		}
		v := toHost(e.Address, port, t, nil)
		same = same || v.Outcome == Passes
		unsure = unsure || v.Outcome == Unknown
	}
	slices.Sort(where)
	const most = 4
	if len(where) > most {
		where = append(where[:most], fmt.Sprintf("%d more", len(where)-most))
	}
	v := Verdict{
		Outcome: Elsewhere, Reason: ReasonEntry, By: by, Where: strings.Join(where, ", "),
		Text: "The entry takes it to its endpoints, and the address that the client connects to is none of them.",
	}
	switch {
	case same:
		v.Outcome, v.Where, v.Text = Passes, "", "The entry takes it to its endpoints."
	case unsure:
		v.Outcome, v.Reason, v.Text = Unknown, ReasonWhoIsThere, "The entry takes it to its endpoints. Whether they are at the address is not known."
	}
	return v
}

func elsewhere(by []resources.ID, host string, port uint16, text string) Verdict {
	return Verdict{Outcome: Elsewhere, Reason: ReasonEntry, By: by, Where: at(host, port), Text: text}
}

func at(host string, port uint16) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }

func addressOf(t *Traffic) string {
	if !t.Address.IsValid() {
		return t.Name
	}
	return t.Address.String()
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil
}
