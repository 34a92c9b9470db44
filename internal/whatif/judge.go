// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"fmt"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Question is what to judge by.
type Question struct {
	Resources resources.Set
	// Mode of the mesh. If it is empty, the mesh configuration in Resources decides.
	// Sidecars decide otherwise.
	Mode resources.Mode
	// Force is a mode for all workloads, whatever their Sidecars say. It asks what would
	// happen if they changed to it.
	Force resources.Mode
	// ClusterDomain is that of the names of Services, `cluster.local` if it is empty.
	ClusterDomain string
	ProvenNames   ProvenNames
}

// Judge answers a question for one workload and one piece of traffic after the other.
// It must not be used by two goroutines at a time.
type Judge struct {
	q        Question
	registry registry
	// byHost has the entries by their normal hosts.
	byHost map[string][]*resources.ServiceEntry
	scopes map[scopeKey]*scope
	// workloads are the scopes of workloads whose labels are not all known, nil if there are
	// too many.
	workloads map[workloadKey][]*scope
	// touching are the resources that are not considered.
	touching touching
}

type scopeKey struct {
	namespace string
	sidecar   resources.ID
}

type workloadKey struct{ namespace, app string }

// MaxHosts is the most hosts of all entries, each one counted once for each address of
// its entry.
const MaxHosts = 50000

// maxScopes is how many scopes are kept, so that many Sidecars do not take much memory.
const maxScopes = 64

// maxCandidates is how many Sidecars are tried for a workload whose labels are not known.
const maxCandidates = 8

// NewJudge reads the question. The resources must not change while it is used. It is an
// error if there are more hosts than MaxHosts.
func NewJudge(q Question) (*Judge, error) {
	if q.ClusterDomain == "" {
		q.ClusterDomain = "cluster.local"
	}
	hosts := 0
	for i := range q.Resources.ServiceEntries {
		spec := &q.Resources.ServiceEntries[i].Spec
		hosts += len(spec.Hosts) * max(len(spec.Addresses), 1)
	}
	if hosts > MaxHosts {
		return nil, fmt.Errorf("the entries have %d hosts and addresses, which is more than %d", hosts, MaxHosts)
	}
	j := &Judge{
		q:        q,
		registry: newRegistry(q.Resources.ServiceEntries, q.Resources.Mesh),
		touching: newTouching(q.Resources.NotConsidered, q.Resources.Mesh.Root()),
		byHost:   map[string][]*resources.ServiceEntry{},
	}
	for i := range q.Resources.ServiceEntries {
		e := &q.Resources.ServiceEntries[i]
		for _, h := range e.Spec.Hosts {
			h = resources.NormalHost(h)
			if same := j.byHost[h]; len(same) == 0 || same[len(same)-1] != e {
				j.byHost[h] = append(same, e) // once, however often it names the host
			}
		}
	}
	j.forget()
	return j, nil
}

func (j *Judge) forget() {
	j.scopes, j.workloads = map[scopeKey]*scope{}, map[workloadKey][]*scope{}
}

// Traffic judges a request or connection of a workload.
func (j *Judge) Traffic(w Workload, t Traffic) Verdict {
	t.Address, t.Name = t.Address.Unmap(), strings.ToLower(t.Name)
	t.names = j.q.ProvenNames.At(t.Address, &w)
	var v Verdict
	scopes := j.scopesOf(&w)
	if scopes == nil {
		return Verdict{Outcome: Unknown, Reason: ReasonLabels, Text: "Labels of the workload are not known, and many Sidecars select by them."}
	}
	for i, s := range scopes {
		next := s.judge(&t, &j.q)
		if i > 0 && !next.same(&v) {
			v = Verdict{
				Outcome: Unknown, Reason: ReasonLabels, By: append(v.By, next.By...),
				Text: "It depends on labels of the workload that are not known: a Sidecar selects by them.",
			}
			break
		}
		v = next
	}
	j.touching.mark(&v, &w, &t)
	return v
}

// scopesOf are what a workload may know. There are several if it depends on labels that
// are not known, and none if there are too many.
func (j *Judge) scopesOf(w *Workload) []*scope {
	key := workloadKey{w.Namespace, w.App}
	if found, ok := j.workloads[key]; ok && w.Labels == nil {
		return found
	}
	if len(j.scopes) > maxScopes {
		j.forget()
	}
	var found []*scope
	if sidecars := sidecarsOf(w, j.q.Resources.Sidecars, j.q.Resources.Mesh.Root()); len(sidecars) <= maxCandidates {
		for _, sidecar := range sidecars {
			found = append(found, j.scope(w.Namespace, sidecar))
		}
	}
	if w.Labels == nil {
		j.workloads[key] = found
	}
	return found
}

// scope is what the workloads of a namespace with a Sidecar know.
func (j *Judge) scope(namespace string, sidecar *resources.Sidecar) *scope {
	key := scopeKey{namespace: namespace}
	if sidecar != nil {
		key.sidecar = sidecar.ID()
	}
	s := j.scopes[key]
	if s == nil {
		s = &scope{sidecar: sidecar, imports: importServices(sidecar, namespace, j.registry)}
		s.mode, s.modeBy = j.mode(sidecar)
		if sidecar != nil && sidecar.Spec.OutboundTrafficPolicy != nil && j.q.Force == "" {
			if proxy := sidecar.Spec.OutboundTrafficPolicy.EgressProxy; proxy != nil {
				s.egressProxy = at(proxy.Host, uint16(proxy.Port.Number))
			}
		}
		s.clusters, s.listeners = newClusters(s.imports), newListeners(s.imports)
		j.scopes[key] = s
	}
	return s
}

// mode is that of a Sidecar's workloads, with the resource that says it.
func (j *Judge) mode(sidecar *resources.Sidecar) (resources.Mode, []resources.ID) {
	if j.q.Force != "" {
		return j.q.Force, nil
	}
	if sidecar != nil {
		if mode, ok := sidecar.Mode(); ok {
			return mode, []resources.ID{sidecar.ID()}
		}
	}
	if j.q.Mode != "" {
		return j.q.Mode, nil
	}
	if m := j.q.Resources.Mesh; m != nil && m.Source != (resources.ID{}) {
		return m.Mode(), []resources.ID{m.Source}
	}
	return j.q.Resources.Mesh.Mode(), nil
}
