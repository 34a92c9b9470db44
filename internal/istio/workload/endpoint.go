// SPDX-License-Identifier: Apache-2.0

package workload

import "strings"

// OfEndpoint reads what the control plane says of an endpoint, the operator
// UPSTREAM_METADATA(istio:workload):
// `WORKLOAD;NAMESPACE;CANONICAL NAME;CANONICAL REVISION;CLUSTER`.
func OfEndpoint(metadata string) Metadata {
	parts := strings.SplitN(metadata, ";", 6)
	if len(parts) < 5 {
		return Metadata{}
	}
	return Metadata{
		Workload: parts[0], Namespace: parts[1],
		CanonicalName: parts[2], CanonicalRevision: parts[3],
		Cluster: parts[4],
	}
}
