// SPDX-License-Identifier: Apache-2.0

// Package holes finds ServiceEntries that let through more than they say, from the
// resources and from the traffic that used them.
//
// Each kind of hole was measured on a real mesh, or simulated with Istio's own code:
// testdata/egress-cases has the results. Istio's own validation refuses none of them.
//
// Invariants: the package is pure, like package whatif, whose limits it shares. The
// number of users that a hole names is bounded.
package holes // import "github.com/otelcol-istio/otelcol-istio/internal/holes"
