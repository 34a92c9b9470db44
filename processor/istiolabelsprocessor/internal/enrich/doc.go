// SPDX-License-Identifier: Apache-2.0

// Package enrich is the third stage: it adds to an access log record what the log
// itself does not say.
//
// It is handed a record and its label set, and looks for the name of the place that
// a connection went to (Record.DestinationHost). It is the name in the record
// itself, else one that was learned for the address (package addressnames), else
// one that DNS knows (package reversedns). The label set comes first: it says whether
// the record is labelled at all, and whether it gets destination_host.
//
// It learns as it goes: each record may name an address for later ones.
package enrich // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/enrich"
