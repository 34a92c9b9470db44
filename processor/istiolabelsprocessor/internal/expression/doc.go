// SPDX-License-Identifier: Apache-2.0

// Package expression evaluates the user's own labels and conditions, written in
// OTTL.
//
// It is handed a log record, the values that were read from it and the labels
// that were derived. It returns whether the conditions hold, and the value of each
// of the user's labels. It changes nothing.
package expression // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/expression"
