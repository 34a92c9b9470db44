// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package gogcextension sets Go's garbage collector for a process that makes
// much garbage and keeps little, as a gateway for logs does. By default Go
// collects when the heap has doubled: with a few MiB alive that is hundreds of
// times a second, while the operator has granted hundreds of MiB.
package gogcextension // import "github.com/otelcol-istio/otelcol-istio/extension/gogcextension"
