package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
)

// SenderIdentity says whether senders are held to their certificates.
type SenderIdentity string

// The values of `sender_identity`.
const (
	SenderOff    SenderIdentity = "off"
	SenderVerify SenderIdentity = "verify"
)

var senderIdentities = []SenderIdentity{SenderOff, SenderVerify}

// validateSenderIdentity checks that there are certificates to hold senders to.
func (c *Config) validateSenderIdentity() error {
	if !slices.Contains(senderIdentities, c.SenderIdentity) {
		return fmt.Errorf("`sender_identity` must be one of %q, got %q", senderIdentities, c.SenderIdentity)
	}
	if c.SenderIdentity == SenderOff {
		return nil
	}
	var errs []error
	check := func(protocol string, server *configoptional.Optional[configtls.ServerConfig]) {
		if !server.HasValue() || server.Get().ClientCAFile == "" {
			errs = append(errs, fmt.Errorf("`sender_identity` %q needs `protocols::%s::tls::client_ca_file`, which is empty", c.SenderIdentity, protocol))
		}
	}
	if grpc := c.Protocols.GRPC.Get(); grpc != nil {
		check("grpc", &grpc.TLS)
	}
	if grpc := c.Protocols.OTLP.GRPC.Get(); grpc != nil {
		check("otlp::grpc", &grpc.TLS)
	}
	if http := c.Protocols.OTLP.HTTP.Get(); http != nil {
		check("otlp::http", &http.ServerConfig.TLS)
	}
	return errors.Join(errs...)
}
