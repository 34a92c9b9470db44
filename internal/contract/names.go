// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"strings"
)

const (
	// MaxExtraLabels bounds the labels beside those of the schema.
	MaxExtraLabels = 32
	// MaxNameLen bounds the name of such a label, in bytes.
	MaxNameLen = 128
)

// OverflowLabel marks what was counted without labels of its own. The name is
// OpenTelemetry's. OverflowValue is its only value.
const (
	OverflowLabel = "otel_metric_overflow"
	OverflowValue = "true"
)

// Values of labels that have a meaning of their own.
const (
	// Unknown is that of a label that the record does not tell.
	Unknown = "unknown"
	// Other stands for all values that have no place of their own.
	Other = "other"
)

// reservedNames belong to Prometheus and to the remote-write exporter.
var reservedNames = []string{
	"le", "quantile", "job", "instance",
	"otel_scope_name", "otel_scope_version", "otel_scope_schema_url", OverflowLabel,
}

// IsReserved tells whether a label's name means something to Prometheus or to
// the exporter.
func IsReserved(name string) bool {
	return strings.HasPrefix(name, "__") || slices.Contains(reservedNames, name)
}

// IsLabelName tells whether Prometheus takes a label's name as it is, and it is
// not too long.
func IsLabelName(name string) bool {
	if name == "" || len(name) > MaxNameLen {
		return false
	}
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}
