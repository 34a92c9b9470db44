//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package envoyaccesslogreceiver receives the access logs that Envoy proxies
// stream over their gRPC access log service (ALS). Each entry becomes a log
// record whose attributes have the names that the istio_labels processor knows.
package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"
