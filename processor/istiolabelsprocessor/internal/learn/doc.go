// SPDX-License-Identifier: Apache-2.0

// Package learn is the last stage: it takes from a record what later records may use.
//
// It is handed a record that was enriched and labelled. A name that stands in the record
// is learned for its address (package addressnames). If an address has no name yet, DNS
// is asked (package reversedns).
//
// It comes after the labels, since they say whether the record counts and whose it is. A
// record that does not count must not name an address for others, and its question must
// not take the place of another one. What it learns, package enrich uses from the next
// record on.
package learn // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/learn"
