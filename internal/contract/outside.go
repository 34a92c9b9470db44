// SPDX-License-Identifier: Apache-2.0

package contract

import "slices"

// Values of destination_service_name for traffic that went to no service: it left
// the mesh, or was kept from it. Istio's control plane gives these names to
// clusters.
const (
	BlackHoleCluster          = "BlackHoleCluster"
	PassthroughCluster        = "PassthroughCluster"
	AllowAnyDynamicDNSCluster = "AllowAnyDynamicDNSCluster"
)

// OutsideDestinations lists them.
var OutsideDestinations = []string{BlackHoleCluster, PassthroughCluster, AllowAnyDynamicDNSCluster}

// IsOutside tells whether a destination_service_name is one of them.
func IsOutside(name string) bool { return slices.Contains(OutsideDestinations, name) }
