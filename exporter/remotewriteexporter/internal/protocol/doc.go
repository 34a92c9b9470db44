// SPDX-License-Identifier: Apache-2.0

// Package protocol writes and reads the requests of Prometheus remote write,
// protocols 1.0 and 2.0. It knows their bytes and how they are compressed, and
// neither HTTP nor OpenTelemetry's data model.
//
// Sources: https://prometheus.io/docs/specs/prw/remote_write_spec/ and
// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/.
package protocol // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
