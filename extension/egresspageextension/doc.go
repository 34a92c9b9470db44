// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package egresspageextension serves a page and an API that show which workload goes
// to which destination outside the mesh. The rows come from the ledgers of connectors
// that register with it, as istio_egress does.
package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"
