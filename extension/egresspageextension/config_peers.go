// SPDX-License-Identifier: Apache-2.0

package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"

import (
	"errors"
	"fmt"
	"net/url"

	"go.opentelemetry.io/collector/config/confighttp"
)

// PeersConfig says how the pages of other gateways are asked.
type PeersConfig struct {
	// ClientConfig is confighttp's. Its endpoint is the URL of a peer; with DNS it
	// gives scheme, port and the name in the certificate of all peers.
	confighttp.ClientConfig `mapstructure:",squash"`
	// DNS is a name that has the address of each gateway, such as that of a headless
	// service.
	DNS string `mapstructure:"dns"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// validate is called with the server's configuration: who asks and who answers must
// both say who they are.
func (p *PeersConfig) validate(server *Config) error {
	u, err := url.Parse(p.Endpoint)
	var errs []error
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Port() == "" {
		errs = append(errs, fmt.Errorf("`peers::endpoint` must be a URL with scheme, host and port, such as https://egress.istio-gateway.svc:8686, got %q", p.Endpoint))
	}
	if !server.authenticates() {
		errs = append(errs, errors.New("`peers` needs `auth` or `tls::client_ca_file`: the page must know who asks it"))
	}
	if !p.Auth.HasValue() && p.TLS.CertFile == "" && p.TLS.CertPem == "" {
		errs = append(errs, errors.New("`peers` needs `peers::auth` or `peers::tls::cert_file`: the page must say who it is"))
	}
	return errors.Join(errs...)
}
