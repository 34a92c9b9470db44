// SPDX-License-Identifier: Apache-2.0

package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"

import (
	"errors"
	"fmt"
	"net"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/page"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Config of the extension.
type Config struct {
	// ServerConfig is confighttp's: endpoint, tls, auth and more.
	confighttp.ServerConfig `mapstructure:",squash"`
	// AllowAnonymous lets everybody who reaches an endpoint beyond localhost read
	// the page.
	AllowAnonymous bool `mapstructure:"allow_anonymous"`
	// Peers are the pages of other gateways, whose rows are shown, too.
	Peers configoptional.Optional[PeersConfig] `mapstructure:"peers"`
	// Suggestions says which Istio resources are suggested.
	Suggestions SuggestionsConfig `mapstructure:"suggestions"`
	// IstioResources are paths of YAML files with the Istio resources that there are. A
	// path may have *, ? and [...]. Files are read again when they change.
	IstioResources []string `mapstructure:"istio_resources"`
	// MeshMode is the outboundTrafficPolicy of the mesh, ALLOW_ANY or REGISTRY_ONLY. If it
	// is empty, the mesh configuration in istio_resources says it.
	MeshMode resources.Mode `mapstructure:"mesh_mode"`
	// UnusedAfter is how long a ServiceEntry is without traffic before it is called
	// unused.
	UnusedAfter configform.Duration `mapstructure:"unused_after"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var _ confmap.Validator = (*Config)(nil)

const (
	defaultEndpoint = "127.0.0.1:8686"
	// maxBody is more than any request needs: the files that are posted have at most 1 MiB,
	// and a form writes some bytes as three.
	maxBody = 4 << 20
	// A person's browser is quick.
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
)

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = defaultEndpoint
	server.MaxRequestBodySize = maxBody
	server.ReadTimeout, server.ReadHeaderTimeout, server.WriteTimeout = readTimeout, readTimeout, writeTimeout
	peers := PeersConfig{ClientConfig: confighttp.NewDefaultClientConfig()}
	return &Config{ServerConfig: server, Peers: configoptional.Default(peers), Suggestions: defaultSuggestions(), UnusedAfter: defaultUnusedAfter}
}

// Validate names the key and the value of each mistake.
func (c *Config) Validate() error {
	return errors.Join(c.validateServer(), c.validateResources())
}

func (c *Config) validateServer() error {
	endpoint := c.NetAddr.Endpoint
	host, _, err := net.SplitHostPort(endpoint)
	switch {
	case endpoint == "":
		return errors.New("`endpoint` must be an address and a port, got nothing")
	case err != nil:
		return fmt.Errorf("`endpoint` must be an address and a port, got %q: %w", endpoint, err)
	case c.CORS.HasValue():
		return errors.New("`cors` must not be set: pages of other sites must not read this one")
	case c.Peers.HasValue():
		return c.Peers.Get().validate(c)
	case page.IsLocal(host) || c.AllowAnonymous || c.authenticates():
		return nil
	}
	return fmt.Errorf("`endpoint` is %q, which others can reach: set `auth`, or `tls::client_ca_file`, or `allow_anonymous: true`", endpoint)
}

// authenticates tells whether clients must say who they are.
func (c *Config) authenticates() bool {
	return c.Auth.HasValue() || c.TLS.HasValue() && c.TLS.Get().ClientCAFile != ""
}
