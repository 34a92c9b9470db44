// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// clusterKey is what the name of a cluster consists of.
type clusterKey struct {
	host string
	port uint16
}

// clusters are those of the proxy, with the service that each of them is made from.
type clusters map[clusterKey]*service

// newClusters makes a cluster for each host and port. If several entries have one host,
// the first one counts. Others add ports to it if they are alike, and nothing if they
// are not: their listeners and routes then lead to a cluster that does not exist.
//
// Source: appendSidecarServices and canMergeServices in pilot/pkg/model/sidecar.go.
func newClusters(imports []imported) clusters {
	first, made := map[string]*service{}, clusters{}
	for _, in := range imports {
		for _, s := range in.services {
			f := first[s.host]
			if f == nil {
				first[s.host], f = s, s
			}
			if s != f && !alike(f.entry, s.entry) {
				continue
			}
			for _, p := range s.ports {
				key := clusterKey{s.host, p.number}
				if made[key] == nil && p.protocol != udp {
					made[key] = s
				}
			}
		}
	}
	return made
}

// alike tells whether the ports of two entries for one host are put together.
func alike(a, b *resources.ServiceEntry) bool {
	if a == b {
		return true
	}
	return a.Metadata.Namespace == b.Metadata.Namespace &&
		a.Spec.Resolution == b.Spec.Resolution &&
		maps.Equal(a.Metadata.Labels, b.Metadata.Labels) &&
		maps.Equal(selectorOf(a), selectorOf(b)) &&
		slices.Equal(sorted(a.Spec.ExportTo), sorted(b.Spec.ExportTo))
}

func selectorOf(e *resources.ServiceEntry) map[string]string {
	if e.Spec.WorkloadSelector == nil {
		return nil
	}
	return e.Spec.WorkloadSelector.Labels
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
