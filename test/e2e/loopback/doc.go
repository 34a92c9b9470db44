// SPDX-License-Identifier: Apache-2.0

// Package loopback is a small service mesh on loopback addresses: real Envoy
// sidecars with the listeners, clusters, metadata and access loggers that Istio
// gives them, the workload behind one of them, and an outside world.
//
// The PROXY protocol stands in for the redirection by iptables: a client tells
// a sidecar the original destination of its connection in the header, so no
// root is needed.
//
// Invariant: nothing here knows what a gateway makes of the records. The
// package sends traffic and says what happened to it as the client saw it.
package loopback
