// SPDX-License-Identifier: Apache-2.0

// Package workload reads what proxies, Istio's control plane and Kubernetes write
// about a workload into one value of a record: metadata that peers exchange,
// metadata of endpoints, and the names of pods.
//
// It does not judge. Whom to believe is told in package istio.
//
// Invariant: every function is total. Peers without mutual TLS write these bytes:
// whatever they are, it returns, and its work is bounded by their length.
package workload
