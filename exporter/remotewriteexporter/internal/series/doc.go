// Package series turns OpenTelemetry metrics into Prometheus series: names,
// labels, samples, native histograms and exemplars. It knows no protocol.
package series // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
