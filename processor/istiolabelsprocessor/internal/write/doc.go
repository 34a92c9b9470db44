// SPDX-License-Identifier: Apache-2.0

// Package write is the fifth stage: it writes labels and numbers on records and
// scopes.
//
// It is handed each record of a scope with what the other stages found, notes what is
// to be written, and writes several records at once. Numbers, and the labels that vary,
// stand on the record; the records of one label set stand in a scope of their own.
// Records that are not ours stay where they are. What arrived under names that only the
// processor may use is removed.
package write // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/write"
