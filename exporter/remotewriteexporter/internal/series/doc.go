// SPDX-License-Identifier: Apache-2.0

// Package series turns OpenTelemetry metrics into Prometheus series: names,
// labels, samples, native histograms and exemplars.
//
// A Reader first finds the label set of each point, then renders the series of
// one label set after the other. Label sets are kept from one call to the next
// in the form in which protocol 1.0 sends them, so that a series costs a copy.
//
// Source of the rules:
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.
// Names are built by Prometheus' own library.
package series // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
