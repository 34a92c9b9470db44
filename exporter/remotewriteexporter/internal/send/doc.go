// SPDX-License-Identifier: Apache-2.0

// Package send makes one attempt at a write request and says what the answer
// means. What to do then is up to the caller.
package send // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
