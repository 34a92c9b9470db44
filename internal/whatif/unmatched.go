// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// unmatched is the verdict for traffic that no entry takes. refused are entries whose
// protocol does not share the port.
func (s *scope) unmatched(t *Traffic, refused []*resources.ServiceEntry) Verdict {
	v := Verdict{Outcome: Passes, Reason: ReasonNoEntry, By: s.modeBy}
	switch {
	case s.mode == resources.RegistryOnly:
		v.Outcome, v.Text = Blocked, "No entry takes it, and the mode is REGISTRY_ONLY."
	case s.mode == resources.AllowAnyDynamicDNS && t.Kind == HTTP && !isAddress(t.Name):
		v = toHost(t.Name, t.Port, t, s.modeBy)
		v.Reason = ReasonNoEntry
	case s.egressProxy != "":
		v.Outcome, v.Reason, v.Where, v.Text = Elsewhere, ReasonEgressProxy, s.egressProxy, "No entry takes it, so it goes to the `egressProxy` of the Sidecar."
	default:
		v.Text = "No entry takes it, and the mode lets it through."
	}
	if len(refused) > 0 {
		v.Text += " The protocol of an entry does not share the port with an older one."
		v.By = slices.Clone(v.By) // the mode's is that of all verdicts
	}
	for _, e := range refused {
		v.By = append(v.By, e.ID())
	}
	return v
}

// hasProxyListener tells whether the Sidecar makes a port an HTTP proxy.
func (s *scope) hasProxyListener(port uint16) bool {
	for i := range s.imports {
		if in := &s.imports[i]; in.port() == port && port != 0 && in.listener.Bind == "" &&
			parseProtocol(in.listener.Port.Protocol) == proxyHTTP {
			return true
		}
	}
	return false
}

// toService judges traffic to a Service of the mesh by its name. Services have listeners
// and routes of their own, which come before those of entries.
func (s *scope) toService(t *Traffic, q *Question) (Verdict, bool) {
	name, ok := strings.CutSuffix(t.Name, ".svc."+q.ClusterDomain)
	if !ok {
		return Verdict{}, false
	}
	_, namespace, ok := strings.Cut(name, ".")
	if !ok || strings.Contains(namespace, ".") {
		return Verdict{}, false
	}
	if there, _ := t.names.Has(t.Name); !there {
		return Verdict{
			Outcome: Unknown, Reason: ReasonNotConsidered,
			Text: "It names a Service of the mesh. Whether there is one is not considered.",
		}, true
	}
	for i := range s.imports {
		if sees(s.imports[i].hosts, t.Name, namespace) {
			return Verdict{Outcome: Passes, Reason: ReasonService, Text: "It goes to a Service of the mesh that the workload sees."}, true
		}
	}
	return Verdict{}, false
}
