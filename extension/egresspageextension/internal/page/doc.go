// SPDX-License-Identifier: Apache-2.0

// Package page answers HTTP requests about traffic that leaves the mesh, for people
// as HTML and for programs as JSON and CSV.
//
// Nearly all text that it shows was written by the workloads that are watched. HTML
// is written by html/template only, which escapes by context.
package page // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/page"
