// SPDX-License-Identifier: Apache-2.0

// Package resources reads and writes the Istio resources that decide about traffic
// that leaves the mesh: ServiceEntry, Sidecar and the mesh configuration.
//
// It knows what the resources say and what Istio refuses. What Istio does with them
// is told by package whatif.
//
// Invariants: Read takes any bytes and never panics. A document that cannot be read
// costs none of the others: it becomes a Problem. The structs are our own, because
// those of istio.io/api leave `location: MESH_EXTERNAL` and `resolution: NONE` out of
// the YAML that they write: both are zero values there.
package resources // import "github.com/otelcol-istio/otelcol-istio/internal/resources"
