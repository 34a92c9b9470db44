// SPDX-License-Identifier: Apache-2.0

package metrictable

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// The numbers that a record brings with it.
const (
	// Duration is the time of a request in nanoseconds.
	Duration aggregate.Field = iota
	// BytesReceived came from the downstream.
	BytesReceived
	// BytesSent went to the downstream.
	BytesSent
	// MessagesReceived counts gRPC messages of the request.
	MessagesReceived
	// MessagesSent counts gRPC messages of the response.
	MessagesSent
)

var fieldAttributes = [aggregate.NumFields]string{
	Duration:         contract.AttrDuration,
	BytesReceived:    contract.AttrBytesReceived,
	BytesSent:        contract.AttrBytesSent,
	MessagesReceived: contract.AttrMessagesReceived,
	MessagesSent:     contract.AttrMessagesSent,
}

// FieldName is the name of the field's attribute without the contract's prefix.
func FieldName(f aggregate.Field) string {
	return strings.TrimPrefix(fieldAttributes[f], contract.Prefix)
}

// optional fields are absent from most records, which then lack nothing:
// a log has gRPC message counts only if its format asks for them.
var optional = [aggregate.NumFields]bool{MessagesReceived: true, MessagesSent: true}
