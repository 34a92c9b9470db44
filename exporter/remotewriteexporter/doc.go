// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package remotewriteexporter sends metrics by Prometheus remote write. Its
// queue drops the oldest flush when it is full, keeps the order of flushes over
// a restart, and reads what the server answers.
package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"
