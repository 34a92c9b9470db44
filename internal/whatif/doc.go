// SPDX-License-Identifier: Apache-2.0

// Package whatif tells what Istio would do with traffic that leaves the mesh, if it had
// the resources that are given. It answers: what breaks if this workload goes
// REGISTRY_ONLY?
//
// It builds what istiod builds for a sidecar, as far as outside traffic depends on it,
// and looks up where a connection or request goes. The sources are Istio's, in
// pilot/pkg; Envoy's matching is that of its documentation of FilterChainMatch and
// VirtualHost.
//
//   - registry.go: which hosts the entries add, which namespaces see them, and who is
//     the first of two (model/push_context.go, initServiceRegistry and
//     SortServicesByCreationTime; serviceregistry/serviceentry/conversion.go).
//   - scope.go, imports.go: which Sidecar a workload has and which hosts that imports
//     (model/push_context.go, doGetSidecarScope; model/sidecar.go, selectServices).
//   - clusters.go: which clusters the proxy has (model/sidecar.go,
//     appendSidecarServices).
//   - listeners.go, chains.go: which listeners it has, and what happens if two entries want one
//     port (networking/core/listener.go, buildSidecarOutboundListener; tls.go).
//   - match.go: which filter chain takes a connection.
//   - routes.go: which virtual host takes a request (networking/core/httproute.go).
//   - destination.go: where a cluster sends to.
//   - candidates.go: what a row of the ledger can stand for.
//
// Invariants: the package is pure. It knows no pdata, no clock and no network. An answer
// that depends on what is not known is Unknown, with the reason.
//
// The order of two entries that were created in the same second, or have no time, is that
// of their hosts and namespaces. Istio does not say what it does if these are the same.
//
// A row of a request whose Host is an address has the address that the client connected
// to. The Host is taken for that: a forged one is not in the log.
//
// What it does not consider: VirtualService, DestinationRule, Gateway, EnvoyFilter,
// AuthorizationPolicy, NetworkPolicy, Service and WorkloadEntry; captured DNS with its
// automatic addresses; traffic that passes the sidecar by; what a server does with
// traffic that arrives. It judges sidecars, not gateways and not ambient.
package whatif // import "github.com/otelcol-istio/otelcol-istio/internal/whatif"
