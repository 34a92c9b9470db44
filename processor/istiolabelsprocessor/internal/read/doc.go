// SPDX-License-Identifier: Apache-2.0

// Package read is the first stage: it turns a log record into an access log
// record.
//
// It is handed a log record and what its resource says. It fills in the values by
// operator, or returns the reason why there are none, and which names arrived that
// only the processor may use. The log record stays as it is.
//
// Values come from attributes first. The body, a text, JSON or a map, fills what
// they do not say.
package read // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/read"
