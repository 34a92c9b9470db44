// SPDX-License-Identifier: Apache-2.0

// Package metrictable says how Istio's metrics, which package contract describes, are
// made of the numbers of a record.
package metrictable // import "github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/metrictable"
