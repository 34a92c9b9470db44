// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Options are what a user may choose about the rules.
type Options struct {
	// Schema of the labels.
	Schema contract.Schema
	// HostHeaderFallback is one of the Fallback constants.
	HostHeaderFallback string
	// NormalizeHosts gives all spellings of a Host header one form (host.Normal).
	// Istio shows each as it came.
	NormalizeHosts bool
	// ClusterDomain is the DNS domain of the mesh's Kubernetes clusters; empty is
	// DefaultClusterDomain.
	ClusterDomain string
	// ClusterID is the value of source_cluster and destination_cluster where the
	// record does not tell it; see fillClusters. Empty leaves the labels out.
	ClusterID string
	// NoGRPCByPath turns off that a request whose record has neither a content
	// type nor a gRPC status is told to be gRPC by its path.
	NoGRPCByPath bool
	// BlockedWithoutCluster is the destination_service_name of connections
	// that were refused and whose record names no cluster: BlackHoleCluster or
	// Unknown. Old text and ALS cannot tell them from connections to a known
	// service without endpoints.
	BlockedWithoutCluster string
}

// Values of Options.HostHeaderFallback.
const (
	FallbackOutbound = "outbound"
	FallbackAlways   = "always"
	FallbackNever    = "never"
)
