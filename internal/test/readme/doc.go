// Package readme holds the README of the repository to the code: each of its
// tables says what the code says, no less and no more. The components' own
// READMEs are tested beside them.
//
// Invariant: it is tests only.
package readme // import "github.com/otelcol-istio/otelcol-istio/internal/test/readme"
