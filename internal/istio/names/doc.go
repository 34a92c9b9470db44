// SPDX-License-Identifier: Apache-2.0

// Package names reads the names that Istio's control plane gives: to clusters,
// routes and proxies of Envoy, and to workloads in their certificates.
//
// It knows no records. What a name means for a record is told in package istio.
//
// Invariant: every function is total. Some of these names stand where a client
// writes, such as the server name of TLS.
package names
