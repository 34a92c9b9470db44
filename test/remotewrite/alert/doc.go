// SPDX-License-Identifier: Apache-2.0

// Package alert evaluates what an alert or a dashboard asks for, at every second,
// over what the connector sends. The connector runs by a clock of its own, the
// remote_write exporter writes, and Prometheus' database and engine answer.
package alert // import "github.com/otelcol-istio/otelcol-istio/test/remotewrite/alert"
