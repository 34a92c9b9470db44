// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
)

// ProtocolsConfig holds the settings of each protocol.
type ProtocolsConfig struct {
	// GRPC serves Envoy's access log service.
	GRPC configoptional.Optional[configgrpc.ServerConfig] `mapstructure:"grpc"`
	// OTLP serves the logs of OTLP.
	OTLP OTLPConfig `mapstructure:"otlp"`

	// prevent unkeyed literal initialization
	_ struct{}
}
