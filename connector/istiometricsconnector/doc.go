// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package istiometricsconnector turns log records that carry the contract of
// internal/contract, as the istio_labels processor writes it, into Istio's
// standard metrics.
package istiometricsconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
