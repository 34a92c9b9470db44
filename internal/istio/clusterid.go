// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// DefaultClusterID is the name that Istio gives a cluster which nobody named.
// Source: Istio's `constants.DefaultClusterName`.
const DefaultClusterID = "Kubernetes"

// fillClusters sets the clusters that the record does not tell, as Istio's stats
// filter does. Each proxy knows its own cluster. A server that another proxy
// reports has a cluster only if something tells it. A waypoint is in the cluster
// of the servers behind it.
//
// A client that the record names gets a cluster, too. Istio has `unknown` there.
// But it has peer metadata in that case, and access logs often do not. Kiali drops
// a series whose source has a namespace and the cluster `unknown`.
func (o *Options) fillClusters(ls *contract.LabelSet, f *Facts, source identity) {
	if ls[contract.SourceCluster] == "" && (f.direction == names.Outbound || source.Namespace != "" || source.Workload != "") {
		ls[contract.SourceCluster] = o.ClusterID
	}
	if ls[contract.DestinationCluster] == "" && f.direction != names.Outbound {
		ls[contract.DestinationCluster] = o.ClusterID
	}
}

// leaveOutClusters takes the clusters away that nobody knows, where the user gave
// no ClusterID.
func (o *Options) leaveOutClusters(ls *contract.LabelSet) {
	if o.ClusterID != "" {
		return
	}
	for _, l := range [...]contract.Label{contract.SourceCluster, contract.DestinationCluster} {
		if ls[l] == Unknown {
			ls[l] = ""
		}
	}
}
