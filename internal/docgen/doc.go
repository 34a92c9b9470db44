// SPDX-License-Identifier: Apache-2.0

//go:generate go run . ../..

// Command docgen writes the pages below docs/reference. Tables of labels,
// metrics, attributes and operators come from the packages that use them.
// Configuration keys come from the structs that hold them, with their comments as
// descriptions. Environment variables come from the files in config.
package main // import "github.com/otelcol-istio/otelcol-istio/internal/docgen"
