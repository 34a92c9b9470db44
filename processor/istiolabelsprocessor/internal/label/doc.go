// SPDX-License-Identifier: Apache-2.0

// Package label is the third stage: it finds the label set of a record.
//
// It is handed a log record and the access log record that was read from it and enriched. It
// returns a remembered set, or a new one if no record like it came before. Records
// are alike if all that labels depend on is the same: the key spells that out.
//
// The user's own labels and conditions are part of it (package expression). A
// record for which no condition holds has no set.
//
// A client may write another Host header each time. Where nothing but
// destination_service depends on it, the set leaves that label unknown, and the
// host is returned beside it: such records share one set.
package label // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/label"
