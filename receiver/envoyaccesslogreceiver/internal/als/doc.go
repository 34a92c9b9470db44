// SPDX-License-Identifier: Apache-2.0

// Package als serves Envoy's access log service: it reads the streams of
// proxies and passes their entries on as log records.
//
// Invariant: what a stream holds between two messages does not depend on what
// its client sent. An entry that was received is accounted for: passed on,
// refused by the next component, or left out for a reason that is counted.
package als // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als"
