// SPDX-License-Identifier: Apache-2.0

// Package delivery takes flushes from the queue and sends them: one after the
// other, the shards of one in parallel. It waits while the server is away,
// halves what the server refuses, and ends within the time of a stop.
package delivery // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/delivery"
