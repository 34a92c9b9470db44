// SPDX-License-Identifier: Apache-2.0

// Package labelset holds sets of labels as they stand on scopes and records: what
// they are made of, how the contract spells them, and which of their values need a
// slot.
package labelset // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
