// SPDX-License-Identifier: Apache-2.0

// Package remotewrite compares the remote_write exporter with that of
// OpenTelemetry's contrib repository: both get the same metrics and write to a
// server of Prometheus' own messages. It is a module of its own, so that nothing
// else depends on what it compares with.
package remotewrite // import "github.com/otelcol-istio/otelcol-istio/test/remotewrite"
