// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
)

var (
	_ confmap.Validator   = (*Config)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

// Config holds the settings of the receiver. The comments of its fields are the
// reference of its keys.
type Config struct {
	// Protocols are what the receiver listens for.
	Protocols ProtocolsConfig `mapstructure:"protocols"`
	// Limits bound what all clients together may use.
	Limits LimitsConfig `mapstructure:"limits"`
	// SenderIdentity says whether a record may name another sender than the client's
	// certificate. `off`: it may. `verify`: such a record is removed.
	SenderIdentity SenderIdentity `mapstructure:"sender_identity"`
	// Entries says which entries of ALS become records.
	Entries EntriesConfig `mapstructure:"entries"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal says what form a value must have.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return configform.Unmarshal(conf, c)
}

// Validate checks that there is something to listen for, and what depends on
// several keys. The nested settings check themselves.
func (c *Config) Validate() error {
	if !c.Protocols.GRPC.HasValue() && !c.Protocols.OTLP.GRPC.HasValue() && !c.Protocols.OTLP.HTTP.HasValue() {
		return errors.New("`protocols` must have `grpc`, `otlp::grpc` or `otlp::http`")
	}
	return errors.Join(
		c.validateEndpoints(),
		c.Limits.validateFor("protocols::grpc", c.Protocols.GRPC.Get()),
		c.Limits.validateFor("protocols::otlp::grpc", c.Protocols.OTLP.GRPC.Get()),
		c.Limits.validateForHTTP(c.Protocols.OTLP.HTTP.Get()),
		c.SenderIdentity.validateFor(&c.Protocols),
		// gRPC takes any age: 30 without a unit is 30 ns, and no stream would live.
		validateAge(maxConnectionAge(c.Protocols.GRPC.Get())),
	)
}

func createDefaultConfig() component.Config {
	return &Config{
		Protocols: ProtocolsConfig{
			GRPC: configoptional.Default(defaultGRPC(defaultEndpoint, defaultReadBufferSize)),
			OTLP: defaultOTLP(),
		},
		Limits:         defaultLimits(),
		SenderIdentity: SenderOff,
		Entries:        defaultEntries(),
	}
}
