// SPDX-License-Identifier: Apache-2.0

// Package expect says what Prometheus should hold, to the series and the number,
// and what differs.
//
// Invariant: it knows the shape of Istio's metrics, so that tests spell out
// labels and numbers alone, and nothing of how either comes about.
package expect
