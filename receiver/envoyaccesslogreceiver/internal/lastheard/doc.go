// SPDX-License-Identifier: Apache-2.0

// Package lastheard remembers when each proxy was last heard. A proxy that cannot
// get its access logs through is so told from one without traffic.
//
// Anybody can claim a node id. So the same node id from two clients is two
// entries. When the table is full, a client that has entries loses its own oldest
// first: a client that invents node ids removes nobody else's.
package lastheard // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
