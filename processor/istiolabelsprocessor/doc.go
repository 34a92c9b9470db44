// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package istiolabelsprocessor reads Envoy access-log records in any form that
// Istio and Envoy send them and puts Istio's metric labels on them. Each record
// walks through the stages (see walk.go), each a package below internal: read,
// enrich, label, bound, write, learn. This package is glue: internal/accesslog parses,
// internal/istio has the formats and the rules, internal/contract says what stands
// where afterwards.
package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"
