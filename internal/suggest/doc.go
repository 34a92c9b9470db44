// SPDX-License-Identifier: Apache-2.0

// Package suggest makes Istio resources from traffic: rows of a ledger go in, and
// ServiceEntries and Sidecars come out that let this traffic leave the mesh and open as
// little else as Istio can. A row for which nothing is suggested has a reason.
//
// What each form of ServiceEntry lets through was measured. The form is chosen so:
//
//   - HTTP with a Host, or TLS with a server name: `resolution: DNS`. The proxy resolves
//     the name itself, so a forged name reaches the genuine host.
//   - TCP, or TLS without a name: `addresses` and `resolution: NONE`. A TCP entry without
//     addresses opens the port for every address.
//   - HTTP whose Host is an address: one address, which is also the endpoint, and
//     `resolution: STATIC`. With NONE such a Host reaches any address.
//
// A host has one entry in a namespace. Of two that differ the later one has no effect.
// So an entry that gets another port has the ports that it had before, too.
//
// Invariants: the functions are pure. The same rows give the same bytes, in whatever
// order they come. Each text of a row that a document contains was checked to be a DNS
// name, an address, or the name of a Kubernetes object.
package suggest // import "github.com/otelcol-istio/otelcol-istio/internal/suggest"
