// SPDX-License-Identifier: Apache-2.0

// Package entry turns an access log entry into a log record, and a proxy's
// identifier into resource attributes. What a record says depends on its entry
// alone. The package knows what package envoyproto decodes and the names that
// package accesslog gives to Envoy's operators, and nothing of streams.
//
// Invariant: whatever the entry, a record comes of it, in time linear in the
// entry's size. An attribute says what the entry says: what the entry does not
// have, the record does not have either.
package entry // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
