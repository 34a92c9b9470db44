//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package envoyaccesslogreceiver receives the access logs that Envoy proxies
// send over their gRPC access log service (ALS) or over OTLP. Each entry of ALS
// becomes a log record whose attributes have the names that the istio_labels
// processor knows. Records over OTLP are passed on as they are, but for bytes
// that are not UTF-8 and records that sender_identity refuses.
package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"
