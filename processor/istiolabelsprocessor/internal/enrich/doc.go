// Package enrich is the second stage: it adds to an access log record what the
// log itself does not say.
//
// It is handed a record and its facts. What it finds it writes into the record,
// before the record's labels are looked up: the name of the place that a
// connection went to (Record.DestinationHost). It is the name in the record
// itself, else one that was learned for the address (package addressnames), else
// one that DNS knows (package reversedns).
//
// It learns as it goes: each record may name an address for later ones.
package enrich // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/enrich"
