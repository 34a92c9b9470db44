// SPDX-License-Identifier: Apache-2.0

// Package mesh is Istio's mesh on one machine: its control plane's own code, a
// network namespace for each pod with the rules of Istio's own iptables program,
// real Envoys, mutual TLS, and an outside world. The built gateway and
// Prometheus' code run in a pod of the mesh, with a proxy in front.
//
// Invariant: nothing here knows what the gateway makes of the records. The
// package brings the mesh up, gives clients a place to send from, and tells what
// each proxy counted itself.
package mesh
