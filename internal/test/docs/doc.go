// SPDX-License-Identifier: Apache-2.0

// Package docs holds the documentation to the repository: its links lead
// somewhere, and the metrics that it names are those of the components. It does
// not read prose.
//
// Invariant: it is tests only.
package docs // import "github.com/otelcol-istio/otelcol-istio/internal/test/docs"
