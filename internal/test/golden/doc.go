// Package golden runs the cases of testdata/golden: records go through the
// istio_labels processor and the istio_metrics connector as in a gateway, and
// what comes out of each is compared with files that a person can read.
//
// Invariant: the tests know no case by name. A new folder is a new test.
package golden // import "github.com/otelcol-istio/otelcol-istio/internal/test/golden"
