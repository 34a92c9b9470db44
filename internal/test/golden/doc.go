// SPDX-License-Identifier: Apache-2.0

// Package golden reads and runs the cases of testdata/golden: records go through
// the istio_labels processor and the istio_metrics connector as in a gateway. Its
// tests compare what comes out of each with files that a person can read.
//
// Invariant: the package knows no case by name, nor does TestGolden. A new folder is a
// new test.
package golden // import "github.com/otelcol-istio/otelcol-istio/internal/test/golden"
