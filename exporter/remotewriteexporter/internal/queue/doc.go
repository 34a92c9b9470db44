// SPDX-License-Identifier: Apache-2.0

// Package queue keeps flushes until they are sent, in memory or on a storage
// client. It does not read requests and knows no HTTP.
//
// Counters are cumulative, so a later flush says all that an earlier one did.
// A queue that is full therefore drops its oldest flush and never refuses a new
// one. Flushes leave in the order in which they came, over a restart as well:
// the one that was being sent comes first.
package queue // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
