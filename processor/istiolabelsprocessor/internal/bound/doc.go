// SPDX-License-Identifier: Apache-2.0

// Package bound is the fourth stage: it bounds how many values labels have.
//
// It is handed a label set, the host beside it and the addresses of its record. It
// returns the set in which each bounded value has a slot or stands under a
// fallback, and what the labels of the addresses say. Slots belong to the limiters
// (package limit).
package bound // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/bound"
