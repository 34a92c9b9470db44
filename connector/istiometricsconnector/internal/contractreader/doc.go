// SPDX-License-Identifier: Apache-2.0

// Package contractreader reads log records by the contract and writes what they
// say as a batch of observations.
//
// Invariants: it changes no record, takes no lock and reads no clock; each record
// has exactly one outcome; whatever the attributes hold, no input makes it fail.
// It allocates nothing for records whose labels stand on their scope.
package contractreader // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/contractreader"
