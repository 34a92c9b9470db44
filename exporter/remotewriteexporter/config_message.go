// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"encoding"
	"fmt"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
)

// ProtobufMessage is the protocol, by the name of its message as in Prometheus'
// configuration, or by its number.
type ProtobufMessage string

// Values of ProtobufMessage.
const (
	MessageV1 ProtobufMessage = "prometheus.WriteRequest"
	MessageV2 ProtobufMessage = "io.prometheus.write.v2.Request"
)

var (
	_ encoding.TextUnmarshaler = (*ProtobufMessage)(nil)
	_ confmap.Validator        = ProtobufMessage("")
)

// UnmarshalText takes the number for the name.
func (m *ProtobufMessage) UnmarshalText(text []byte) error {
	switch string(text) {
	case protocol.V1.String():
		*m = MessageV1
	case protocol.V2.String():
		*m = MessageV2
	default:
		*m = ProtobufMessage(text)
	}
	return nil
}

// Validate refuses what is no protocol.
func (m ProtobufMessage) Validate() error {
	if m != MessageV1 && m != MessageV2 {
		return fmt.Errorf("`protobuf_message` must be %q (or 1.0) or %q (or 2.0), got %q", MessageV1, MessageV2, string(m))
	}
	return nil
}

func (m ProtobufMessage) version() protocol.Version {
	if m == MessageV2 {
		return protocol.V2
	}
	return protocol.V1
}
