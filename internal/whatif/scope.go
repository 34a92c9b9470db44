// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"cmp"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// scope is what the proxies of some workloads know.
type scope struct {
	// sidecar is nil for the default: everything that is exported to the namespace.
	sidecar *resources.Sidecar
	mode    resources.Mode
	// modeBy is what says the mode. It is empty if the question does.
	modeBy []resources.ID
	// egressProxy is where traffic goes that no entry describes, if it is not empty.
	egressProxy string
	imports     []imported
	clusters    clusters
	listeners   listeners
}

// sidecarsOf are the Sidecars that a workload may have, nil for none. There are several
// if it depends on labels that are not known.
//
// Source: doGetSidecarScope in pilot/pkg/model/push_context.go: Sidecars with a selector
// come first, then the oldest one without, then that of the root namespace.
func sidecarsOf(w *Workload, all []resources.Sidecar, root string) []*resources.Sidecar {
	var maybe []*resources.Sidecar
	for _, s := range inOrder(all, w.Namespace) {
		switch selects, known := selected(s, w); {
		case !known:
			maybe = append(maybe, s)
		case selects:
			return append(maybe, s)
		}
	}
	for _, s := range inOrder(all, root) {
		if s.Spec.WorkloadSelector == nil {
			return append(maybe, s)
		}
	}
	return append(maybe, nil)
}

// inOrder are the Sidecars of a namespace in the order in which they are tried.
func inOrder(all []resources.Sidecar, namespace string) []*resources.Sidecar {
	var in []*resources.Sidecar
	for i := range all {
		if all[i].Metadata.Namespace == namespace {
			in = append(in, &all[i])
		}
	}
	rank := func(s *resources.Sidecar) int {
		if s.Spec.WorkloadSelector != nil {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(in, func(a, b *resources.Sidecar) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			a.Metadata.Created.Compare(b.Metadata.Created),
			strings.Compare(a.Metadata.Name, b.Metadata.Name),
		)
	})
	return in
}

// selected tells whether a Sidecar is for the workload.
func selected(s *resources.Sidecar, w *Workload) (selects, known bool) {
	if s.Spec.WorkloadSelector == nil {
		return true, true
	}
	known = true
	for key, value := range s.Spec.WorkloadSelector.Labels {
		switch has, sure := w.has(key, value); {
		case !sure:
			known = false
		case !has:
			return false, true
		}
	}
	return known, known
}
