// SPDX-License-Identifier: Apache-2.0

package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"

import (
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
)

// SenderIdentity says whether records may name only the sender that the client's
// certificate names.
type SenderIdentity string

// The values of `sender_identity`.
const (
	SenderOff    SenderIdentity = "off"
	SenderVerify SenderIdentity = "verify"
)

var senderIdentities = []SenderIdentity{SenderOff, SenderVerify}

// validateFor checks that clients of all protocols have certificates.
func (s SenderIdentity) validateFor(protocols *ProtocolsConfig) error {
	if !slices.Contains(senderIdentities, s) {
		return fmt.Errorf("`sender_identity` must be one of %q, got %q", senderIdentities, s)
	}
	if s == SenderOff {
		return nil
	}
	var errs []error
	check := func(protocol string, server *configoptional.Optional[configtls.ServerConfig]) {
		if !server.HasValue() || server.Get().ClientCAFile == "" {
			errs = append(errs, fmt.Errorf("`sender_identity` %q needs `protocols::%s::tls::client_ca_file`, which is empty", s, protocol))
		}
	}
	if grpc := protocols.GRPC.Get(); grpc != nil {
		check("grpc", &grpc.TLS)
	}
	if grpc := protocols.OTLP.GRPC.Get(); grpc != nil {
		check("otlp::grpc", &grpc.TLS)
	}
	if http := protocols.OTLP.HTTP.Get(); http != nil {
		check("otlp::http", &http.ServerConfig.TLS)
	}
	return errors.Join(errs...)
}
