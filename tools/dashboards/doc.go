// SPDX-License-Identifier: Apache-2.0

// Command dashboards writes the dashboards of deploy/grafana.
//
// Invariant: the same code writes the same bytes, so that a comparison tells whether
// the files are up to date. Nothing is asked of a Grafana or of a network.
package main // import "github.com/otelcol-istio/otelcol-istio/tools/dashboards"
