// Package observe reads log records by the contract and writes what they say
// as a batch of observations.
//
// Invariants: it changes no record, takes no lock and reads no clock; each
// record has exactly one outcome in the Tally; whatever the attributes hold, no
// input makes it fail. A Reader visits each attribute of a record once, and
// allocates nothing for records whose labels stand on their scope.
package observe // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/observe"
