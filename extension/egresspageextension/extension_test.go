// SPDX-License-Identifier: Apache-2.0

package egresspageextension

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/otelcol-istio/otelcol-istio/extension/egresspageextension/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name string
		conf map[string]any
		want string
	}{
		{"default", nil, ""},
		{"localhost", map[string]any{"endpoint": "localhost:0"}, ""},
		{"IPv6 loopback", map[string]any{"endpoint": "[::1]:8686"}, ""},
		{"others, by authenticator", map[string]any{"endpoint": "0.0.0.0:8686", "auth": map[string]any{"authenticator": "basicauth"}}, ""},
		{"others, by certificate", map[string]any{"endpoint": ":8686", "tls": map[string]any{"cert_file": "c", "key_file": "k", "client_ca_file": "ca"}}, ""},
		{"others, allowed", map[string]any{"endpoint": "0.0.0.0:8686", "allow_anonymous": true}, ""},
		{"others", map[string]any{"endpoint": "0.0.0.0:8686"}, "`endpoint` is \"0.0.0.0:8686\", which others can reach: set `auth`, or `tls::client_ca_file`, or `allow_anonymous: true`"},
		{"all addresses", map[string]any{"endpoint": ":8686"}, "`endpoint` is \":8686\", which others can reach"},
		{"TLS without client certificates", map[string]any{"endpoint": "192.0.2.1:8686", "tls": map[string]any{"cert_file": "c", "key_file": "k"}}, "which others can reach"},
		{"no port", map[string]any{"endpoint": "localhost"}, "`endpoint` must be an address and a port, got \"localhost\""},
		{"nothing", map[string]any{"endpoint": ""}, "`endpoint` must be an address and a port, got nothing"},
		{"peers", map[string]any{"auth": map[string]any{"authenticator": "basicauth"}, "peers": map[string]any{"endpoint": "http://a:1", "auth": map[string]any{"authenticator": "basicauth/client"}}}, ""},
		{"peers by certificates", map[string]any{
			"tls":   map[string]any{"cert_file": "c", "key_file": "k", "client_ca_file": "ca"},
			"peers": map[string]any{"endpoint": "https://a:1", "dns": "peers", "tls": map[string]any{"cert_file": "c", "key_file": "k"}},
		}, ""},
		{"peers that anybody may ask", map[string]any{"peers": map[string]any{"endpoint": "http://a:1", "auth": map[string]any{"authenticator": "basicauth"}}}, "`peers` needs `auth` or `tls::client_ca_file`"},
		{"peers that are not told who asks", map[string]any{"auth": map[string]any{"authenticator": "basicauth"}, "peers": map[string]any{"endpoint": "http://a:1"}}, "`peers` needs `peers::auth` or `peers::tls::cert_file`"},
		{"peers without a port", map[string]any{"auth": map[string]any{"authenticator": "basicauth"}, "peers": map[string]any{"endpoint": "http://a", "auth": map[string]any{"authenticator": "basicauth"}}}, "`peers::endpoint` must be a URL with scheme, host and port, such as https://egress.istio-gateway.svc:8686, got \"http://a\""},
		{"suggestions", map[string]any{
			"suggestions": map[string]any{"cluster_cidrs": []string{"10.0.0.0/16"}, "networks": map[string]any{"office": []string{"198.51.100.0/24"}}, "min_days": 1}, "unused_after": "240h",
			"istio_resources": "/etc/istio/*.yaml", "mesh_mode": "REGISTRY_ONLY",
		}, ""},
		{"a network that is none", map[string]any{"suggestions": map[string]any{"cluster_cidrs": []string{"10.0.0.0"}}}, "suggestions: `cluster_cidrs` must hold prefixes in CIDR notation, got \"10.0.0.0\""},
		{"a named network that is none", map[string]any{"suggestions": map[string]any{"networks": map[string]any{"office": []string{"x"}}}}, "suggestions: `networks::office` must hold prefixes in CIDR notation, got \"x\""},
		{"an address and a network in IPv6 notation", map[string]any{"suggestions": map[string]any{"networks": map[string]any{"office": []string{"198.51.100.7", "::ffff:198.51.100.0/120"}}}}, ""},
		{"a named network that is empty", map[string]any{"suggestions": map[string]any{"networks": map[string]any{"office": []string{}}}}, "suggestions: `networks::office` must not be empty"},
		{"a named network that is called other", map[string]any{"suggestions": map[string]any{"networks": map[string]any{"other": []string{"198.51.100.0/24"}}}}, "suggestions: `networks` must have names of at most 256 bytes that are not \"other\" or \"unknown\", got \"other\""},
		{"no days", map[string]any{"suggestions": map[string]any{"min_days": 0}}, "suggestions: `min_days` must be at least 1, got 0"},
		{"a pattern that is none", map[string]any{"istio_resources": []string{"[a"}}, "`istio_resources` must hold paths, which may have *, ? and [...], got \"[a\""},
		{"unused after days", map[string]any{"unused_after": "10d"}, ""},
		{"never unused", map[string]any{"unused_after": "0s"}, "`unused_after` must be more than 0s, got 0s"},
		{"a mode that is none", map[string]any{"mesh_mode": "DENY"}, "`mesh_mode` must be ALLOW_ANY, REGISTRY_ONLY or empty, got \"DENY\""},
		{"CORS", map[string]any{"cors": map[string]any{"allowed_origins": []string{"*"}}}, "`cors` must not be set"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := createDefaultConfig()
			require.NoError(t, confmap.NewFromStringMap(tc.conf).Unmarshal(cfg))
			err := confmap.Validate(cfg)
			if tc.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tc.want)
			}
		})
	}
}

// fixed is a ledger with one row.
type fixed struct{}

func (fixed) Rows() []egress.Row {
	now := time.Now().UTC()
	return []egress.Row{{Key: egress.Key{Destination: "api.example.com", Decision: egress.Blocked}, FirstSeen: now, LastSeen: now}}
}

func (fixed) About() egress.About { return egress.About{MaxRows: 20_000} }

func TestServe(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.NetAddr.Endpoint = "127.0.0.1:0"
	ext, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	cfg.NetAddr.Endpoint = ext.(*egressPage).listener.Addr().String()
	unregister := ext.(egress.Page).Register("istio_egress", fixed{})
	defer unregister()

	response, err := http.Get("http://" + cfg.NetAddr.Endpoint + "/api/v1/egress?decision=blocked")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	var got struct{ Total int }
	require.NoError(t, json.Unmarshal(body, &got))
	assert.Equal(t, 1, got.Total)

	second, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.ErrorContains(t, second.Start(t.Context(), componenttest.NewNopHost()), "`endpoint` "+cfg.NetAddr.Endpoint)
	require.NoError(t, second.Shutdown(t.Context()))

	require.NoError(t, ext.Shutdown(t.Context()))
	_, err = http.Get("http://" + cfg.NetAddr.Endpoint)
	assert.Error(t, err)
}

// A start that fails later gives the endpoint back.
func TestFailedStart(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	// Nobody else listens there, which could be said of no port.
	cfg.NetAddr.Transport, cfg.NetAddr.Endpoint = confignet.TransportTypeUnix, filepath.Join(t.TempDir(), "page")
	cfg.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: component.MustNewID("nowhere")}})
	for range 2 {
		ext, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		require.ErrorContains(t, ext.Start(t.Context(), componenttest.NewNopHost()), "nowhere")
		require.NoError(t, ext.Shutdown(t.Context()))
	}
}
