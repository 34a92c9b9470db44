// SPDX-License-Identifier: Apache-2.0

// Package bounds shows what the processor's limits and the connector's hold
// together: random traffic goes through both as in a gateway, into a model of
// what Prometheus keeps, beside an exact record of everything that was sent.
//
// Invariant: it is tests only, and they know the two components by their
// factories, their settings and what they tell about themselves alone.
package bounds // import "github.com/otelcol-istio/otelcol-istio/internal/test/bounds"
